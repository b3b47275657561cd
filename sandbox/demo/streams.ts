import { text } from './customer.ts'
import type { Json } from './narrator.ts'
import type { Dealer, Stage } from './stage.ts'

/** So many waits at most until an event has been read: an open transaction of anybody's holds it back. */
const PATIENCE = 600

const [OWN, FOREIGN, LATER] = [
  'Is it still there?',
  'I will bring my own helmet',
  'Then I will come on Monday',
]

/** A dealer's CRM reads the stream of what happens, and has each text as it comes, from us alone. */
export async function follows(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { narrator, receiver } = stage
  await follow(stage, dealer)
  await text(stage, other, FOREIGN)
  await text(stage, dealer, OWN)
  const events = await read(stage, 1)
  narrator.claim(
    'the CRM has read the text on the stream, word for word',
    events.length === 1 && events[0].type === 'message.received' && events[0].data?.body === OWN,
  )
  narrator.claim(
    'and nothing of the other dealership',
    !JSON.stringify(events).includes(FOREIGN) &&
      events.every((event: Json) => event.organization_id === dealer.id),
  )
  await narrator.send({ url: `${receiver}/hang-up`, show: (answer) => answer })
}

/** The CRM was away, and goes on behind the last event that it has read. */
export async function followsOn(stage: Stage, dealer: Dealer): Promise<void> {
  const { narrator } = stage
  await text(stage, dealer, LATER)
  await follow(stage, dealer)
  const events = await read(stage, 2)
  narrator.claim(
    'what came while the CRM was away comes once it is back, and nothing comes twice',
    events.length === 2 &&
      events[1].data?.body === LATER &&
      new Set(events.map(({ id }: Json) => id)).size === 2,
  )
}

async function follow({ api, narrator, receiver }: Stage, dealer: Dealer): Promise<void> {
  const { status } = await narrator.send({
    url: `${receiver}/follow`,
    body: { url: `${api}/api/organizations/${dealer.id}/events`, token: dealer.token },
    show: (answer) => answer,
  })
  narrator.claim('the stream is open', status === 200)
}

/** Waits, within bounds, until the CRM has read so much. */
async function read({ receiver, wait, narrator }: Stage, count: number): Promise<Json[]> {
  for (let waits = 0; waits < PATIENCE; waits += 1) {
    const reply = await fetch(`${receiver}/read/count`)
    if (((await reply.json()) as Json).count >= count) break
    await wait()
  }
  const { events } = await narrator.send({
    method: 'GET',
    url: `${receiver}/read`,
    show: (answer) => answer.events.map((event: Json) => `${event.type}: ${event.data?.body}`),
  })
  return events
}
