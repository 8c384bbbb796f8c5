/** What a consumer has to say. */

import type { Consumer, ConsumerMessages } from '@nats-io/jetstream'

/**
 * Its messages, until they are stopped. They stop by themselves when it is not heard of for some seconds: whichever server had it
 * may be gone, and the library would ask for it for much longer.
 */
export async function messagesOf(consumer: Consumer): Promise<ConsumerMessages> {
  const messages = await consumer.consume({ max_messages: 1_000, idle_heartbeat: 2_000, expires: 10_000 })
  void stopWhenSilent(messages)
  return messages
}

async function stopWhenSilent(messages: ConsumerMessages): Promise<void> {
  for await (const { type } of messages.status()) if (type === 'heartbeats_missed') messages.stop()
}
