#!/usr/bin/env node
/** The command `pubwiki-lua`. */

import { type Command, HELP, parseCommand, UsageError } from './cli/arguments.js'
import { run, UNUSABLE } from './cli/run.js'

function main(): Promise<number> | number {
  let command: Command
  try {
    command = parseCommand(process.argv.slice(2))
  } catch (error) {
    if (!(error instanceof UsageError)) throw error
    console.error(`error: ${error.message}; see pubwiki-lua --help`)
    return UNUSABLE
  }
  if (command.kind === 'run') return run(command)
  console.log(command.kind === 'help' ? HELP : command.version)
  return 0
}

try {
  process.exitCode = await main()
} catch (error) {
  console.error(`error: ${error instanceof Error ? error.message : String(error)}`)
  process.exitCode = UNUSABLE
}
