/**
 * The worker's script: picks the build of the module that the page asks for by the worker's name, or
 * else what the engine can run best, and serves it. Bundlers find all that belongs to it by what it
 * imports, and by the literal URLs.
 */

import * as jspi from 'glue/jspi'
import * as portable from 'glue/portable'
import { artifactIn, bestArtifact } from './worker/artifact.js'
import { begin } from './worker/begin.js'
import { load } from './worker/load.js'

const artifact = artifactIn(self.name) ?? artifactIn(location.hash) ?? bestArtifact()

/** Only what is hot is compiled, and only then the compiler is wanted. */
const loadCompiler = () => load(new URL('./compiler.wasm', import.meta.url))

if (artifact === 'jspi') begin(jspi, load(new URL('./jspi.wasm', import.meta.url)), loadCompiler)
else begin(portable, load(new URL('./portable.wasm', import.meta.url)), loadCompiler)
