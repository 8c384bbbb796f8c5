/** The hostile scripts of `tests/hostile`, by their files. */

import bytecode from '../../hostile/bytecode.lua'
import callbacks from '../../hostile/callbacks.lua'
import coroutines from '../../hostile/coroutines.lua'
import crossing from '../../hostile/crossing.lua'
import debug from '../../hostile/debug.lua'
import depth from '../../hostile/depth.lua'
import engine from '../../hostile/engine.lua'
import errors from '../../hostile/errors.lua'
import floods from '../../hostile/floods.lua'
import growth from '../../hostile/growth.lua'
import identity from '../../hostile/identity.lua'
import metatables from '../../hostile/metatables.lua'
import packages from '../../hostile/package.lua'
import sizes from '../../hostile/sizes.lua'
import steps from '../../hostile/steps.lua'
import turns from '../../hostile/turns.lua'
import values from '../../hostile/values.lua'
import { type Case, parseCases } from './hostile-cases.js'

const files = {
  bytecode,
  callbacks,
  coroutines,
  crossing,
  debug,
  depth,
  engine,
  errors,
  floods,
  growth,
  identity,
  metatables,
  packages,
  sizes,
  steps,
  turns,
  values,
}

/** A script and its file's name. */
export interface HostileCase extends Case {
  file: string
}

/** All of them. */
export const hostileCases: HostileCase[] = Object.entries(files).flatMap(([file, text]) =>
  parseCases(text).map(each => ({ ...each, file })),
)
