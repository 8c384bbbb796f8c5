/** The browser that this page is in, by its DevTools protocol: xtask opens it for test files that import this, in Chromium alone. */

interface Reply {
  id?: number
  error?: { message: string }
  result?: unknown
}

/** Where the browser listens, as it writes it into its profile. */
async function address(): Promise<string> {
  const response = await fetch('/profile/DevToolsActivePort')
  const [port, path] = (await response.text()).split('\n')
  return `ws://127.0.0.1:${port}${path}`
}

/** A connection to the browser. What was changed through it is as before when it ends. */
export class DevTools {
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, (reply: Reply) => void>()
  #session: string | undefined

  private constructor(socket: WebSocket) {
    this.#socket = socket
    socket.onmessage = ({ data }: MessageEvent<string>) => {
      const reply: Reply = JSON.parse(data)
      if (reply.id !== undefined) this.#waiting.get(reply.id)?.(reply)
    }
  }

  /** Connects to this page. */
  static async connect(): Promise<DevTools> {
    const socket = new WebSocket(await address())
    await new Promise((resolve, reject) => {
      socket.onopen = resolve
      socket.onerror = () => reject(new Error('the browser does not listen'))
    })
    const tools = new DevTools(socket)
    const { targetInfos } = (await tools.#ask('Target.getTargets')) as {
      targetInfos: Array<{ targetId: string; type: string; url: string }>
    }
    const page = targetInfos.find(({ type, url }) => type === 'page' && url === location.href)
    if (!page) throw new Error('the browser does not know this page')
    const attached = (await tools.#ask('Target.attachToTarget', { targetId: page.targetId, flatten: true })) as {
      sessionId: string
    }
    tools.#session = attached.sessionId
    return tools
  }

  /** Lets this origin store no more than so many bytes; without a number, what the browser allows. */
  async setQuota(bytes?: number): Promise<void> {
    await this.#ask('Storage.overrideQuotaForOrigin', {
      origin: location.origin,
      ...(bytes === undefined ? {} : { quotaSize: bytes }),
    })
  }

  /** Removes this origin's databases, as the browser does when a user clears the site's data. */
  async clearDatabases(): Promise<void> {
    await this.#ask('Storage.clearDataForOrigin', { origin: location.origin, storageTypes: 'indexeddb' })
  }

  close(): void {
    this.#socket.close()
  }

  async #ask(method: string, params: object = {}): Promise<unknown> {
    const id = this.#waiting.size + 1
    const replied = new Promise<Reply>(resolve => this.#waiting.set(id, resolve))
    this.#socket.send(JSON.stringify({ id, method, params, ...(this.#session ? { sessionId: this.#session } : {}) }))
    const { error, result } = await replied
    if (error) throw new Error(`${method}: ${error.message}`)
    return result
  }
}
