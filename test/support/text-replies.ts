import { expect } from 'vitest'
import { atCarriers, control, PATIENCE_MS, request, type signUp } from './requests.ts'
import type { World } from './world.ts'

// biome-ignore lint/suspicious/noExplicitAny: as the vendor has it
type Row = any

export type SignedUp = Awaited<ReturnType<typeof signUp>>

/** The same organization, whose agents answer texts from now on. */
export async function turnsOn(world: World, signedUp: SignedUp): Promise<SignedUp> {
  const { organization, token } = signedUp
  const changed = await request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
    token,
    body: { settings: { text_replies: 'agent' } },
  })
  expect(changed.status).toBe(200)
  return signedUp
}

/** What customers and servers do where agents answer texts, and what there is to see of it. */
export function createReplyDeeds(world: World) {
  const never = new AbortController().signal
  return {
    /** A customer texts, and the webhook is answered. */
    text: (from: string, to: string, body: string) =>
      control(world, 'POST', 'sms', { from, to, body }),
    /** Works on all that waits, as if its time had come, but for what the server's own loop is at. */
    async answerAll() {
      await expect
        .poll(
          async () => {
            await world.sql(
              `update text_turns set due_at = now()
               where due_at is not null and (status = 'waiting' or reason is not null)`,
            )
            await world.context.messages.replies.answerDue(never)
            return world.sql('select from text_turns where due_at is not null')
          },
          { timeout: PATIENCE_MS },
        )
        .toEqual([])
    },
    /** What the telephone company was given for this customer, the oldest first, but for its own answers to keywords. */
    async answersTo(customer: string) {
      const { messages } = (await atCarriers(world)).twilio
      type Sent = { from: string; to: string; body: string; direction: string }
      return (messages as Sent[]).filter(
        ({ to, direction }) => to === customer && direction === 'outbound-api',
      )
    },
    turnsOf: (customer: string) =>
      world.sql<{ status: string; reason: string | null; attempts: number }>(
        'select status, reason, attempts from text_turns where customer = $1 order by created_at',
        [customer],
      ),
    /** What agents wrote with this customer. */
    async conversationsWith(customer: string) {
      const { conversations } = (await atCarriers(world)).elevenlabs
      return (conversations as Row[]).filter(
        (row) =>
          row.metadata.text_only &&
          row.conversation_initiation_client_data.dynamic_variables.customer_phone === customer,
      )
    },
    /** That this customer was not answered, as endpoints are told of it. */
    eventsOf: (customer: string) =>
      world.sql<{ type: string; body: string }>(
        `select type, facts ->> 'body' as body from events where type = 'text_reply.failed' and facts ->> 'from' = $1
         order by position`,
        [customer],
      ),
  }
}
