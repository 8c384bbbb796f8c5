/** Asks the page which module a name without a scheme means. */

import type * as wire from '../generated/protocol.js'

/**
 * Says what `spec` means, a name without a scheme such as `inspect`: a spec, such as `file://inspect.lua` or a URL, or nothing,
 * and then the name means what it does without this. `from` is the spec of the module, or the name of the script, that requires it;
 * undefined for code without a name.
 * It is asked once for each name in a run. What it throws or rejects with fails the `require`.
 */
export type ResolveModule = (
  spec: string,
  from: string | undefined,
) => string | null | undefined | Promise<string | null | undefined>

/** The answer of `resolve`. Rejects with what it threw, and with a TypeError for an invalid answer. */
export async function askResolve(
  resolve: ResolveModule,
  { name, from }: { name: string; from: string | null },
): Promise<wire.Value> {
  const answer: unknown = await resolve(name, from ?? undefined)
  if (answer === undefined || answer === null) return 'Nil'
  if (typeof answer !== 'string') throw new TypeError("resolve answers with a module's spec, a string, or with nothing")
  return { Str: answer.toWellFormed() }
}
