import type { World } from './world.ts'

/** One turn of each loop on which a story waits, as if nobody had to wait for texts that may follow. */
export function loopsOf(world: World): () => Promise<void> {
  const never = new AbortController().signal
  const { events, messages, notifications, usage } = world.context
  return async () => {
    await events.deliveries.deliverDue(never)
    await events.streams.tick(never)
    await usage.collectCharges(never, {})
    await world.sql("update text_turns set due_at = now() where status = 'waiting'")
    await messages.replies.answerDue(never)
    await messages.tick(never)
    await notifications.mails?.tick(never)
  }
}
