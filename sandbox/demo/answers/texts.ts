import type { Json } from '../narrator.ts'
import { atCarriers, CUSTOMER, type Dealer, type Stage } from '../stage.ts'

/** So many waits at most until a text has arrived. */
const PATIENCE = 240

/** The customer texts a dealer, whose agent may answer. */
export async function writes({ world, narrator }: Stage, dealer: Dealer, body: string) {
  await narrator.send({
    url: `${world}/control/sms`,
    body: { from: CUSTOMER, to: dealer.number, body },
    show: ({ status }) => ({ status }),
  })
}

/**
 * What came about at the carriers while something was done: the texts to the customer and the conversations in writing, the
 * oldest first.
 */
export async function meanwhile(stage: Stage, act: () => Promise<unknown>) {
  const before = await atCarriers(stage)
  await act()
  const { twilio, elevenlabs } = await atCarriers(stage)
  const conversations: Json[] = elevenlabs.conversations.slice(
    before.elevenlabs.conversations.length,
  )
  const messages: Json[] = twilio.messages.slice(before.twilio.messages.length)
  return {
    texts: messages.filter(({ to }) => to === CUSTOMER),
    messages,
    written: conversations.filter(({ metadata }) => metadata.text_only),
  }
}

/** Waits, within bounds, until a dealer knows that such a text of its own has arrived. */
export async function hasArrived(
  { api, wait }: Stage,
  { id, token }: Dealer,
  isIt: (row: Json) => boolean,
): Promise<void> {
  for (let waits = 0; waits < PATIENCE; waits += 1) {
    const reply = await fetch(`${api}/api/organizations/${id}/messages`, {
      headers: { authorization: `Bearer ${token}` },
    })
    const { messages } = (await reply.json()) as Json
    if (messages.some((row: Json) => row.status === 'delivered' && isIt(row))) return
    await wait()
  }
}
