import * as api from 'pubwiki-lua'
import { contentOf } from '../../../host-js/src/client/answers.js'
import { errorFromWire } from '../../../host-js/src/client/errors-from-wire.js'
import { ThrownErrors } from '../../../host-js/src/client/thrown-errors.js'
import { RunnerError } from '../../../host-js/src/errors/error-classes.js'
import type { StateAnswer, Error as WireError } from '../../../host-js/src/generated/protocol.js'
import fromWorker from '../../golden/from-worker.json'
import { describe, expect, it } from '../harness/index.js'
import { type Notation, parseValue } from '../support/golden.js'

interface Failed {
  ProcessOutput: [number, { Answer: { id: number; answer: { Error: WireError } } }]
}

/** The vectors that are named after the code that Rust gives their kind. */
const failures = fromWorker.flatMap(({ name, value }) => {
  const [, code] = /^failed: (\w+)$/.exec(name) ?? []
  return code ? [{ code, error: (parseValue(value as Notation) as Failed).ProcessOutput[1].Answer.answer.Error }] : []
})

describe('an error of the worker', () => {
  it('has the code that it has in Rust', () => {
    expect(failures.length).toBeGreaterThan(10)
    for (const { code, error } of failures) {
      expect(errorFromWire(error, new ThrownErrors())).toMatchObject({ code, message: error.message })
    }
  })

  it('keeps its class name and its code when the package is minified', () => {
    const { LuaError, StorageError, WorkerReplacedError } = api

    expect(new LuaError('message')).toMatchObject({ name: 'LuaError', code: 'LUA_ERROR' })
    expect(String(new StorageError('message', { backend: 'b', operation: 'o', keys: [] }))).toBe(
      'StorageError: message',
    )
    expect(new WorkerReplacedError('message')).toBeInstanceOf(api.RunnerError)
  })

  it('has what the page threw as its cause, and the latest where several look alike', () => {
    const thrown = new ThrownErrors()
    const [first, second] = [new TypeError('no'), new TypeError('no')]
    const cause = thrown.describe(first)
    thrown.describe(second)
    const error = errorFromWire({ message: 'm', traceback: '', kind: { Host: { cause, value: 'Nil' } } }, thrown)

    expect(error).toBeInstanceOf(RunnerError)
    expect(error.cause).toBe(second)
  })

  it('has an error like it as its cause when it was thrown in the worker', () => {
    const cause = { name: 'QuotaExceededError', message: 'full' }
    const error = errorFromWire(
      { message: 'm', traceback: '', kind: { Host: { cause, value: 'Nil' } } },
      new ThrownErrors(),
    )

    expect(error.cause).toBeInstanceOf(Error)
    expect(error.cause).toMatchObject(cause)
  })
})

describe('an answer of the worker', () => {
  const answers: StateAnswer[] = ['Done', { Value: null }, { Keys: ['a'] }]

  it('gives what it holds when it is of the kind that was asked for', () => {
    expect(answers.map((answer, at) => contentOf(answer, (['Done', 'Value', 'Keys'] as const)[at] ?? 'Done'))).toEqual([
      undefined,
      null,
      ['a'],
    ])
  })

  it('is a ProtocolError that names both kinds when it is of another', () => {
    for (const answer of answers) {
      expect(() => contentOf(answer, 'Deleted')).toThrow(
        expect.objectContaining({
          code: 'PROTOCOL_ERROR',
          message: expect.stringMatching(/^the worker answered with (Done|Value|Keys) instead of Deleted$/),
        }),
      )
    }
  })
})

describe('what the page throws', () => {
  it('is described whatever it is', () => {
    const thrown = new ThrownErrors()
    const hostile = {
      toString: () => {
        throw new Error('no text')
      },
    }

    expect(thrown.describe(new RangeError('far'))).toEqual({ name: 'RangeError', message: 'far' })
    expect(thrown.describe('text')).toEqual({ name: 'Error', message: 'text' })
    expect(thrown.describe(undefined)).toEqual({ name: 'Error', message: 'undefined' })
    expect(thrown.describe(hostile)).toEqual({ name: 'Error', message: 'something that has no text' })
    expect(thrown.describe(new Error('\ud800'))).toEqual({ name: 'Error', message: '\ufffd' })
  })
})
