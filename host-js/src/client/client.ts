/** One worker's life: requests with their answers, output, and calls back to the page. */

import { type RunnerError, WorkerFailedError, WorkerReplacedError } from '../errors/error-classes.js'
import { notify } from '../errors/notices.js'
import { report } from '../errors/report.js'
import { Pace } from '../event-loop/pace.js'
import type * as wire from '../generated/protocol.js'
import { VERSION } from '../generated/protocol.js'
import { LocalStorageService } from '../page-items/local-storage-service.js'
import { isWebKit } from '../spawn/web-kit.js'
import type { TrustedScriptUrl } from '../spawn/worker-url.js'
import { type Content, contentOf, type Kind } from './answers.js'
import { errorFromWire } from './errors-from-wire.js'
import { cutIntoParts, joinParts, ReceivedParts } from './list-parts.js'
import { Runs } from './runs.js'
import type { Services, Streams } from './services.js'
import { ThrownErrors } from './thrown-errors.js'
import { Watchdog } from './watchdog.js'
import { WorkerPort } from './worker-port.js'

/** How long a worker may be silent, or not end a cancelled run, in milliseconds. */
const GRACE_MS = 2_000
/** How long a worker may be silent, and what is said of one that was for longer. */
const silence = (ms: number) => ({ ms, reason: `the worker was silent for ${ms} ms` })
const SILENCE = silence(GRACE_MS)
/** The same where it compiles functions in WebKit: each waits there for whatever else the engine compiles. */
const COMPILING_SILENCE = silence(20_000)
/** How long a worker may take until its module is there. */
const START_MS = 60_000
/** The watchdog's name for any event of a worker that has something to do. */
const WORD = Symbol('a word')
const OUTLASTS =
  'this browser cannot end a worker that was replaced or closed: it keeps a core busy until the tab is closed or loaded anew'

/** A run in progress. */
export interface StartedRun {
  readonly id: number
  readonly outcome: Promise<wire.RunOutcome>
}

type AnswerKind = Exclude<Kind<wire.Answer>, 'Error'>

interface Waiting {
  resolve(answer: wire.Answer): void
  reject(error: RunnerError): void
}

/** A worker and all that is in progress in it. */
export class Client {
  /** Errors thrown by the page's own code, for the errors that come back. */
  readonly thrown = new ThrownErrors()
  readonly #port: WorkerPort
  readonly #watchdog = new Watchdog(reason => this.#lost(this.#port.loaded ? reason : reason + this.#port.found))
  readonly #waiting = new Map<number, Waiting>()
  readonly #localStorage = new LocalStorageService((prefix, name) =>
    this.tell({ LocalStorageChanged: { prefix, name } }),
  )
  readonly #runs = new Runs()
  /** Parts of answers and of calls that have not come yet, by the ids of those. */
  readonly #answerParts = new ReceivedParts()
  readonly #callParts = new ReceivedParts()
  /** The listeners to the progress of imports, by their ids. */
  readonly #imports = new Map<number, (done: number) => void>()
  /** Ends when what is sent in parts has been sent: what is asked of backends goes in order. */
  #sending: Promise<void> | null = null
  #silence = SILENCE
  #opening: { resolve(artifact: wire.Artifact): void; reject(error: unknown): void } | null = null
  #services: Services | null = null
  #nextId = 1
  #ended: RunnerError | null = null

  /** Starts a worker. Throws a WorkerFailedError when the browser refuses. */
  constructor(url: string | TrustedScriptUrl, artifact: wire.Artifact | undefined) {
    this.#port = new WorkerPort(url, artifact, {
      loaded: () => this.#watch(),
      event: event => this.#receive(event),
      exact: this.#runs.exact,
      arriving: id => this.#arrives(id),
      garbled: (error, id) => this.#garbled(error, id),
      lost: reason => this.#lost(reason),
      outlasts: () => this.#notify({ code: 'WORKER_NOT_ENDED', message: OUTLASTS }),
    })
    this.#watchdog.expect(WORD, START_MS, `the worker has not started within ${START_MS} ms`)
  }

  /** Whether the worker is gone. */
  get ended(): boolean {
    return this.#ended !== null
  }

  /**
   * Opens the session. Rejects with what the backend failed with, or with a ProtocolError when
   * page and worker are of different releases.
   */
  async open(options: wire.OpenOptions, services: Services): Promise<wire.Artifact> {
    if (this.#ended) throw this.#ended
    const opened = new Promise<wire.Artifact>((resolve, reject) => {
      this.#opening = { resolve, reject }
    })
    this.#services = services
    if (options.compile && isWebKit()) this.#silence = COMPILING_SILENCE
    this.#port.send({ Open: { version: VERSION, options } })
    this.#watch()
    return opened.finally(() => {
      this.#opening = null
      this.#watch()
    })
  }

  /**
   * Sends the request that `make` makes with a fresh id, and waits for its answer: gives what that holds. Rejects with the
   * error that the worker answers with, and with a ProtocolError for an answer of another kind.
   */
  async ask<K extends AnswerKind>(kind: K, make: (id: number) => wire.Request): Promise<Content<wire.Answer, K>> {
    return this.#ask(this.#newId(), kind, make)
  }

  /**
   * The same, for what may hold a long list: it is sent in parts, with turns for others. What is asked so after it
   * is sent after it.
   */
  async askInParts<K extends AnswerKind>(
    kind: K,
    op: unknown,
    make: (id: number) => wire.Request,
  ): Promise<Content<wire.Answer, K>> {
    const id = this.#newId()
    while (this.#sending) await this.#sending
    const parts = cutIntoParts(op)
    if (parts) {
      const sent = this.#sendParts(parts, part => ({ Part: { id, part } }))
      this.#sending = sent.catch(() => undefined)
      try {
        await sent
      } catch (error) {
        this.tell({ DropParts: { id } })
        throw error
      } finally {
        this.#sending = null
      }
    }
    return this.#ask(id, kind, make)
  }

  /**
   * Sends a list that is made while it is sent, and then the request that it belongs to. `told` is called with how many
   * of it the backend has taken, now and then.
   */
  async askStreamed<K extends AnswerKind>(
    kind: K,
    parts: AsyncIterable<wire.Part>,
    make: (id: number) => wire.Request,
    told: (done: number) => void,
  ): Promise<Content<wire.Answer, K>> {
    const id = this.#newId()
    try {
      for await (const part of parts) {
        if (this.#ended) throw this.#ended
        this.tell({ Part: { id, part } })
      }
    } catch (error) {
      this.tell({ DropParts: { id } })
      throw error
    }
    this.#imports.set(id, told)
    return this.#ask(id, kind, make).finally(() => this.#imports.delete(id))
  }

  async #sendParts(parts: Iterable<wire.Part>, make: (part: wire.Part) => wire.Request): Promise<void> {
    const pace = new Pace()
    for (const part of parts) {
      this.tell(make(part))
      if (pace.isDue) await pace.turn()
    }
  }

  /**
   * Starts a run. `streams` gets its output in order, all before the outcome, and gives its input; with
   * `exact`, the values' whole floats are WholeFloats.
   */
  run(spec: wire.RunSpec, streams: Streams, exact = false): StartedRun {
    const id = this.#newId()
    this.#runs.add(id, streams, exact)
    const outcome = this.#ask(id, 'Run', () => ({ Run: { id, spec } }))
      .catch((error: unknown) => {
        this.#runs.addStats(id, error)
        throw error
      })
      .finally(() => {
        this.#runs.delete(id)
        this.#watchdog.forget(id)
      })
    return { id, outcome }
  }

  /** Ends a run. When it has not ended within the grace, the worker is replaced. */
  cancel(run: number): void {
    if (!this.#runs.isRunning(run)) return
    this.tell({ Cancel: { run } })
    this.#watchdog.expect(run, GRACE_MS, `a cancelled run did not end within ${GRACE_MS} ms`)
  }

  /** Ends all runs, waits until all writes are durable, and ends the session. */
  async close(): Promise<void> {
    for (const run of this.#runs.ids()) this.cancel(run)
    await this.ask('Done', id => ({ Close: { id } }))
  }

  /** Sends a request that is not answered. One to a worker that is gone goes nowhere. */
  tell(request: wire.Request): void {
    if (!this.#ended) this.#port.send(request)
  }

  /** Ends the worker at once; what is in progress rejects with `reason`. */
  end(reason: RunnerError): void {
    if (this.#ended) return
    this.#ended = reason
    this.#watchdog.stop()
    this.#port.terminate()
    this.#localStorage.close()
    this.#opening?.reject(reason)
    for (const waiting of this.#waiting.values()) waiting.reject(reason)
    this.#waiting.clear()
  }

  async #ask<K extends AnswerKind>(
    id: number,
    kind: K,
    make: (id: number) => wire.Request,
  ): Promise<Content<wire.Answer, K>> {
    if (this.#ended) throw this.#ended
    this.#port.send(make(id))
    const answered = new Promise<wire.Answer>((resolve, reject) => this.#waiting.set(id, { resolve, reject }))
    this.#watch()
    const answer = await answered
    if (typeof answer === 'object' && 'Error' in answer) throw errorFromWire(answer.Error, this.thrown)
    return contentOf(answer, kind)
  }

  #newId(): number {
    const id = this.#nextId
    // Id 0 is for Open and for what did not decode.
    this.#nextId = id === 0xffff_ffff ? 1 : id + 1
    return id
  }

  /** Expects an event from now on, if anything is in progress. */
  #watch(): void {
    if (this.#ended || !this.#port.loaded) return
    if (this.#opening || this.#waiting.size > 0) this.#watchdog.expect(WORD, this.#silence.ms, this.#silence.reason)
    else this.#watchdog.forget(WORD)
  }

  #lost(reason: string): void {
    this.end(
      this.#port.loaded
        ? new WorkerReplacedError(`${reason}; the next use starts a new worker`)
        : new WorkerFailedError(reason),
    )
  }

  #receive(event: wire.Event): void {
    this.#watch()
    if (event === 'Heartbeat') return
    if ('Output' in event) this.#runs.streams(event.Output.run)?.output(event.Output.chunk)
    else if ('ErrorOutput' in event) this.#runs.streams(event.ErrorOutput.run)?.errors(event.ErrorOutput.chunk)
    else if ('Answer' in event) this.#answered(event.Answer.id, event.Answer.answer)
    else if ('Call' in event) void this.#serve(event.Call.id, event.Call.call)
    else if ('Notice' in event) this.#notify(event.Notice)
    else if ('ModulesFetched' in event) this.#services?.modulesFetched(event.ModulesFetched.count)
    else if ('StateChanged' in event || 'Registered' in event || 'Unregistered' in event)
      this.#services?.stateEvent(event)
    else if ('Ready' in event) this.#opening?.resolve(event.Ready.artifact)
    else if ('RunFailed' in event) this.#runs.failed(event.RunFailed)
    else if ('AnswerPart' in event) this.#answerParts.add(event.AnswerPart)
    else if ('CallPart' in event) this.#callParts.add(event.CallPart)
    else this.#imports.get(event.Imported.id)?.(event.Imported.done)
  }

  #notify(notice: wire.Notice): void {
    if (this.#services) this.#services.notice(notice)
    else notify(undefined, notice)
  }

  /** An event has come, but is decoded later. */
  #arrives(id: number | null): void {
    this.#watch()
    if (id !== null && this.#runs.arrives(id)) this.#watchdog.forget(id)
  }

  #answered(id: number, answer: wire.Answer): void {
    const waiting = this.#waiting.get(id)
    this.#waiting.delete(id)
    this.#watch()
    if (typeof answer === 'object') joinParts(Object.values(answer)[0], this.#answerParts.take(id))
    if (waiting) waiting.resolve(answer)
    else if (id === 0 && typeof answer === 'object' && 'Error' in answer)
      this.#garbled(errorFromWire(answer.Error, this.thrown), null)
  }

  async #serve(id: number, call: wire.HostCall): Promise<void> {
    joinParts(
      'LocalStorage' in call ? call.LocalStorage.op : 'Backend' in call ? call.Backend : null,
      this.#callParts.take(id),
    )
    try {
      // Backends that the page uses by themselves need no session.
      const answer =
        'LocalStorage' in call
          ? { LocalStorage: await this.#localStorage.serve(call.LocalStorage.prefix, call.LocalStorage.op) }
          : 'Input' in call
            ? { Value: await this.#input(call.Input.run) }
            : await this.#services?.call(call)
      if (!answer) return
      const parts = cutIntoParts('Backend' in answer ? answer.Backend : answer)
      if (parts) await this.#sendParts(parts, part => ({ AnswerPart: { call: id, part } }))
      this.tell({ Answer: { call: id, answer } })
    } catch (error) {
      const answer =
        'Function' in call ? this.thrown.answer(error) : { Error: this.thrown.describe(error, 'Backend' in call) }
      this.tell({ Answer: { call: id, answer } })
    }
  }

  /** The next piece of a run's input; undefined at its end, and for a run that has ended. */
  async #input(run: number): Promise<wire.Value> {
    const piece = await this.#runs.streams(run)?.input()
    return piece ? { Bytes: piece } : 'Nil'
  }

  /** Something did not decode, here or in the worker. `id` is of the answer that it was, if known. */
  #garbled(error: RunnerError, id: number | null): void {
    const waiting = id === null ? undefined : this.#waiting.get(id)
    if (id !== null && waiting) {
      this.#waiting.delete(id)
      this.#watch()
      waiting.reject(error)
    } else if (this.#opening) this.#opening.reject(error)
    else if (this.#services) this.#services.notice({ code: 'PROTOCOL_ERROR', message: String(error) })
    else report(error)
  }
}
