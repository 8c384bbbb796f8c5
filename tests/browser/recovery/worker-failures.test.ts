import {
  createRunner,
  LuaError,
  MemoryBackend,
  type Notice,
  ProtocolError,
  WorkerFailedError,
  WorkerReplacedError,
} from 'pubwiki-lua'
import { describe, expect, it } from '../harness/index.js'
import { artifact, start, workerUrl } from '../support/artifact.js'
import { failureOf } from '../support/failure-of.js'
import { RawWorker } from '../support/raw-worker.js'
import { madeUpWorker, realWorkerAfter, saidBy, scriptUrl } from '../support/worker-script.js'

const main = { scriptId: 'main' }

function startFrom(workerUrl: string, onNotice?: (notice: Notice) => void) {
  return createRunner({ backend: new MemoryBackend(), workerUrl, onNotice })
}

describe('a worker that cannot start', () => {
  it('is named when its script is not there', async () => {
    const failure = await failureOf(startFrom('/nowhere/worker.js'))

    expect(failure).toBeInstanceOf(WorkerFailedError)
    expect(failure.message).toMatch(/cannot be loaded from http:.*\/nowhere\/worker\.js.*: check .* workerUrl$/)
    expect(failure.message).not.toContain('\n')
  })

  it('is named with what is there in place of its script', async () => {
    const wrong: Array<[type: string, body: string, said: RegExp]> = [
      ['text/javascript', '', /is empty/],
      ['text/javascript', ' \n', /is empty/],
      ['text/html', '<!doctype html>', /HTML/],
      ['text/javascript', '<!doctype html>', /failed|HTML/],
    ]
    for (const [type, body, said] of wrong) {
      const failure = await failureOf(startFrom(URL.createObjectURL(new Blob([body], { type }))))

      expect(failure).toMatchObject({ name: 'WorkerFailedError', code: 'WORKER_FAILED' })
      expect(failure.message).toMatch(said)
    }
    expect((await failureOf(startFrom('/nowhere/worker.js'))).message).toContain('status 404')
    expect((await failureOf(startFrom('/node_modules/.vite/deps/worker.js'))).message).toContain(
      "optimizeDeps: { exclude: ['pubwiki-lua'] }",
    )
  })

  it('is reported when HTML is in place of its WebAssembly', async () => {
    const html = `
      const real = fetch
      self.fetch = async (...args) => String(args[0]?.url ?? args[0]).endsWith('.wasm')
        ? new Response('<!doctype html>', { headers: { 'Content-Type': 'text/html' } })
        : real(...args)`

    expect((await failureOf(startFrom(realWorkerAfter(html)))).message).toMatch(
      /\.wasm is not WebAssembly, but 15 bytes of the type text\/html/,
    )
  })

  it('is reported when its script throws', async () => {
    const failure = await failureOf(startFrom(scriptUrl('throw new Error("the script is broken")')))

    expect(failure).toMatchObject({ code: 'WORKER_FAILED', message: expect.stringContaining('the script is broken') })
  })

  it('is reported when its WebAssembly does not compile', async () => {
    const broken = `
      const real = fetch
      self.fetch = async (...args) => String(args[0]?.url ?? args[0]).endsWith('.wasm')
        ? new Response('nonsense', { headers: { 'Content-Type': 'application/wasm' } })
        : real(...args)`
    const failure = await failureOf(startFrom(realWorkerAfter(broken)))

    expect(failure).toBeInstanceOf(WorkerFailedError)
    expect(failure.message).toMatch(/WebAssembly module.*CompileError/)
    expect(failure.message).not.toContain('\n')
  })

  it('is reported when its WebAssembly is not there', async () => {
    const missing = `
      const real = fetch
      self.fetch = async (...args) => String(args[0]?.url ?? args[0]).endsWith('.wasm')
        ? new Response('', { status: 404, statusText: 'Not Found' })
        : real(...args)`
    const failure = await failureOf(startFrom(realWorkerAfter(missing)))

    expect(failure).toBeInstanceOf(WorkerFailedError)
    expect(failure.message).toMatch(/\.wasm.*404/)
  })

  it('is no error of the page when it throws after it reported its end', async () => {
    const errors: unknown[] = []
    const listen = (event: ErrorEvent) => errors.push(event.error)
    addEventListener('error', listen)
    const script = 'postMessage({ fatal: { message: "it is over" } }); throw new Error("late")'
    for (let attempt = 0; attempt < 5; attempt++) {
      expect(await failureOf(startFrom(scriptUrl(script)))).toMatchObject({
        code: 'WORKER_FAILED',
        message: 'it is over',
      })
    }
    removeEventListener('error', listen)

    expect(errors).toEqual([])
  })

  it('is refused when the URL is of another origin', async () => {
    const failure = await failureOf(startFrom('https://example.invalid/worker.js'))

    expect(failure).toBeInstanceOf(WorkerFailedError)
  })
})

describe('a worker of another release', () => {
  it('is refused when its Ready names another version', async () => {
    const failure = await failureOf(
      startFrom(madeUpWorker('(data, post) => data[0] === 1 && post(1, 1, 0, 99, 1, 2, 3)')),
    )

    expect(failure).toBeInstanceOf(ProtocolError)
    expect(failure.message).toMatch(/version 1 .* version 99/)
  })
})

describe('a worker that sends garbage', () => {
  it('makes opening fail with a ProtocolError', async () => {
    const failure = await failureOf(startFrom(madeUpWorker('(data, post) => data[0] === 1 && post(222, 173)')))

    expect(failure).toBeInstanceOf(ProtocolError)
  })

  it('is noticed, and the runner works on', async () => {
    const notices: Notice[] = []
    const noisy = `
      postMessage(Uint8Array.of(222, 173, 190, 239)); postMessage('text'); postMessage(null); postMessage(Uint8Array.of())
      const real = postMessage.bind(self)
      self.postMessage = (...args) => { real(...args); real(Uint8Array.of(1, 1, 99)) }`
    const early = await startFrom(realWorkerAfter(noisy), notice => notices.push(notice)).catch(
      (error: unknown) => error,
    )
    // What came before the session opened is its failure; a quiet start works.
    expect(early).toBeInstanceOf(ProtocolError)

    const late = `
      const real = postMessage.bind(self)
      let noisy = false
      self.addEventListener('message', ({ data }) => { noisy ||= ${saidBy('data')}.includes('-- noisy') })
      self.postMessage = (...args) => { real(...args); if (noisy) real(Uint8Array.of(1, 1, 99)) }`
    const runner = await startFrom(realWorkerAfter(late), notice => notices.push(notice))

    expect((await runner.run('-- noisy\nreturn 1', main)).values).toEqual([1])
    expect((await runner.run('return 2', main)).values).toEqual([2])
    expect(notices).toContainEqual({ code: 'PROTOCOL_ERROR', message: expect.stringContaining('no variant 99') })
    await runner.close()
  })
})

describe('a worker that dies', () => {
  const dying = `
    const real = postMessage.bind(self)
    self.addEventListener('message', ({ data }) => {
      if (${saidBy('data')}.includes('-- die')) setTimeout(() => { throw new Error('out of order') })
    })`

  it('is replaced: what was in progress rejects, and the next run works', async () => {
    const runner = await startFrom(realWorkerAfter(dying))
    const endless = failureOf(runner.run('while true do end', main))
    const failure = await failureOf(runner.run('-- die\nwhile true do end', main))

    expect(failure).toBeInstanceOf(WorkerReplacedError)
    expect(failure).toMatchObject({
      name: 'WorkerReplacedError',
      code: 'WORKER_REPLACED',
      message: expect.stringContaining('out of order'),
    })
    expect(await endless).toBeInstanceOf(WorkerReplacedError)
    expect((await runner.run('return 1', main)).values).toEqual([1])
    await runner.close()
  })
})

describe('bytes that are no message', () => {
  it('are answered with an error, and leave the worker working', async () => {
    const worker = await RawWorker.start(workerUrl)
    const garbage = [
      [],
      [222, 173, 190, 239],
      [4],
      [0],
      [1, 1, 127],
      [1, 1, 9, 2, 0xc3, 0x28],
      [1, 1, 1, 1, 0xff, 0xff, 0xff, 0xff, 0x0f],
    ]
    for (const bytes of garbage) {
      worker.post(Uint8Array.from(bytes))
      expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    }
    for (const data of ['text', 'no byte: \u0100', `${'x'.repeat(300)}\u0100`, null, 1, { a: 1 }]) {
      worker.post(data)
      expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    }

    worker.send({
      Open: {
        version: 1,
        options: {
          backend: 'Memory',
          limits: worker.noLimits,
          modules: 'BuiltIn' as const,
          allowSelfNamedScripts: false,
          resolves: false,
          compile: null,
        },
      },
    })
    expect(await worker.next()).toEqual({ Ready: { version: 1, artifact } })
    worker.end()
  })

  it('do not overflow the stack, however deep they nest', async () => {
    const worker = await RawWorker.start(workerUrl)
    // Answer of a call with arrays within arrays.
    const deep = Uint8Array.from({ length: 2_000_000 }, (_, index) => (index % 2 === 0 ? 6 : 1))
    worker.post(Uint8Array.from([1, 1, 7, 0, 1, ...deep.subarray(0, 5)]))
    expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    const whole = new Uint8Array(5 + deep.length)
    whole.set([1, 1, 7, 0, 1])
    whole.set(deep, 5)
    worker.post(whole)
    expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    worker.end()
  })

  it("name both versions when they are another release's Open", async () => {
    const worker = await RawWorker.start(workerUrl)
    // ProcessInput, handler 1, Open, version 300, and fields that nobody knows.
    worker.post(Uint8Array.of(1, 1, 0, 0xac, 0x02, 77, 77, 77))
    const answer = await worker.next()

    expect(answer).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    expect(JSON.stringify(answer)).toMatch(/version 300 .* version 1/)
    worker.end()
  })
})

describe('requests before the session is open', () => {
  it('are refused, and a second Open too', async () => {
    const worker = await RawWorker.start(workerUrl)
    worker.send({ State: { id: 5, script_id: 'main', op: { Get: { key: 'script.main.k' } } } })
    expect(await worker.next()).toMatchObject({ Answer: { id: 5, answer: { Error: { kind: 'Protocol' } } } })
    const open = {
      Open: {
        version: 1,
        options: {
          backend: 'Memory' as const,
          limits: worker.noLimits,
          modules: 'BuiltIn' as const,
          allowSelfNamedScripts: false,
          resolves: false,
          compile: null,
        },
      },
    }
    worker.send(open)
    expect(await worker.next()).toEqual({ Ready: { version: 1, artifact } })
    worker.send(open)
    expect(await worker.next()).toMatchObject({ Answer: { id: 0, answer: { Error: { kind: 'Protocol' } } } })
    worker.end()
  })

  it('leave other runners alone', async () => {
    const runner = await start()

    expect(await failureOf(runner.run('error("x")', main))).toBeInstanceOf(LuaError)
  })
})
