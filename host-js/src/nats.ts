/**
 * State in NATS JetStream, shared by all who use a bucket there:
 *
 *     import { NatsBackend } from 'pubwiki-lua/nats'
 *
 *     const backend = new NatsBackend({ servers: 'wss://example.org:443', bucket: 'state', connect: { token } })
 *
 * It takes the packages `@nats-io/nats-core`, `@nats-io/jetstream` and `@nats-io/kv`, which are installed beside this one.
 *
 * @module pubwiki-lua/nats
 */

export { NatsBackend } from './nats/backend.js'
export type { NatsOptions } from './nats/connection.js'
