/** A key of State as a store, for frameworks that show what it holds. */

import { checkKind } from '../checks/options.js'
import type { Client } from '../client/client.js'
import { askState } from '../client/requests.js'
import { callBack, report } from '../errors/report.js'
import type { Session } from '../session/session.js'
import { ValueDelivery } from '../session/value-delivery.js'

/** Gets the value of a store, undefined when there is none. */
export type StoreListener<T> = (value: T | undefined) => void

/** An observer as RxJS and others pass it. */
export interface StoreObserver<T> {
  next?: ((value: T | undefined) => void) | undefined
}

/**
 * A value that others change. It is a store for Svelte, `subscribe` and `getSnapshot` are what React's
 * `useSyncExternalStore` takes, and RxJS's `from` makes an observable of it. Its functions need no `this`.
 */
export interface StateStore<T = unknown> {
  /** Calls the listener at once, with what is known, and at each change; returns a function that ends that. */
  readonly subscribe: (listener: StoreListener<T>) => () => void
  /** The key's last known value: undefined until it was read for the first listener. */
  readonly getSnapshot: () => T | undefined
  /** The same as an observable. */
  readonly '@@observable': () => { subscribe(observer: StoreListener<T> | StoreObserver<T>): { unsubscribe(): void } }
}

/** The stores of a session. */
export class StateStores {
  readonly #session: Session
  readonly #stores = new Map<string, WeakRef<StateStore>>()
  readonly #gone = new FinalizationRegistry<string>(name => {
    if (!this.#stores.get(name)?.deref()) this.#stores.delete(name)
  })

  constructor(session: Session) {
    this.#session = session
  }

  /** The store of a key, as a script sees it. While anybody has it, it is the same one. */
  get(script: string, key: string): StateStore {
    const name = `${script}:${key}`
    const known = this.#stores.get(name)?.deref()
    if (known) return known
    const { store } = new ObservedKey(this.#session, script, key)
    this.#stores.set(name, new WeakRef(store))
    this.#gone.register(store, name)
    return store
  }
}

/** One key, which is watched while anybody listens. */
class ObservedKey {
  readonly store: StateStore
  readonly #session: Session
  readonly #script: string
  readonly #key: string
  readonly #listeners = new Map<object, StoreListener<unknown>>()
  readonly #delivery = new ValueDelivery()
  #unwatch: (() => void) | null = null
  #value: unknown
  /** The value's JSON text: the value changes only when this does. */
  #text: string | null = null
  /** The number of changes so far. */
  #changes = 0

  constructor(session: Session, script: string, key: string) {
    this.#session = session
    this.#script = script
    this.#key = key
    const subscribe: StateStore['subscribe'] = listener => this.#subscribe(listener)
    const observable: StateStore['@@observable'] = () => ({
      subscribe: observer => {
        const listener = typeof observer === 'function' ? observer : (value: unknown) => observer.next?.(value)
        return { unsubscribe: subscribe(listener) }
      },
    })
    const { observable: symbol = '@@observable' } = Symbol as { observable?: symbol }
    this.store = Object.assign(
      { subscribe, getSnapshot: () => this.#value, '@@observable': observable },
      { [symbol]: observable },
    )
  }

  #subscribe(listener: StoreListener<unknown>): () => void {
    checkKind(listener, 'listener', 'a function')
    // One function may listen twice.
    const place = {}
    this.#listeners.set(place, listener)
    if (!this.#unwatch) this.#watch()
    callBack(listener, this.#value)
    return () => {
      if (!this.#listeners.delete(place) || this.#listeners.size > 0) return
      this.#unwatch?.()
      this.#unwatch = null
    }
  }

  #watch(): void {
    this.#unwatch = this.#session.watches.add(this.#script, this.#key, {
      changed: (text, key) => {
        // Keys below this one are others.
        if (key !== this.#key) return
        this.#changes++
        this.#hold(text)
      },
      begun: client => {
        this.#read(client).catch((error: unknown) => {
          // It is read again in the worker that comes next.
          if (!client.ended) report(error)
        })
      },
    })
    this.#session.client().catch(report)
  }

  /** Reads the value at the beginning of a watch, which reports later changes. */
  async #read(client: Client): Promise<void> {
    const before = this.#changes
    const text = await askState(client, this.#script, { Get: { key: this.#key } }, 'Value')
    // A change that was reported meanwhile is newer.
    if (before === this.#changes) this.#hold(text)
  }

  #hold(text: string | null): void {
    if (text === this.#text) return
    this.#text = text
    this.#delivery.deliver(text, value => {
      this.#value = value
      for (const listener of [...this.#listeners.values()]) callBack(listener, value)
    })
  }
}
