/** The worker's answers by their kind: one of another kind than was asked for is refused here. */

import { ProtocolError } from '../errors/error-classes.js'

/** The kinds of an answer: the names of its variants. */
export type Kind<Answer> = Answer extends string ? Answer : keyof Answer & string

/** The content of an answer of a kind; nothing for a variant without content. */
export type Content<Answer, K> = Answer extends string
  ? Answer extends K
    ? void
    : never
  : K extends keyof Answer
    ? Answer[K]
    : never

/** The content of `answer`. Throws a ProtocolError when it is of another kind. */
export function contentOf<Answer extends string | object, K extends Kind<Answer>>(
  answer: Answer,
  kind: K,
): Content<Answer, K> {
  if (typeof answer === 'object' && kind in answer)
    return (answer as Record<string, unknown>)[kind] as Content<Answer, K>
  if ((answer as unknown) === kind) return undefined as Content<Answer, K>
  throw new ProtocolError(
    `the worker answered with ${typeof answer === 'string' ? answer : Object.keys(answer).join()} instead of ${kind}`,
  )
}
