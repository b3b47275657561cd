import { text } from './customer.ts'
import type { Json } from './narrator.ts'
import type { Dealer, Stage } from './stage.ts'

/** So many waits at most until an event has arrived. */
const PATIENCE = 120

/** A dealer's CRM listens to what is texted to the dealer, with a secret that is shown once. */
export async function listens(stage: Stage, dealer: Dealer): Promise<void> {
  const { api, narrator, receiver } = stage
  const path = `${api}/api/organizations/${dealer.id}/webhook-endpoints`
  const { webhookEndpoint, secret } = await narrator.send({
    url: path,
    token: dealer.token,
    body: { url: `${receiver}/orgline`, events: ['message.received'] },
    show: (answer) => ({ url: answer.webhookEndpoint?.url, secret: '…' }),
  })
  const shown = await narrator.send({
    method: 'GET',
    url: `${path}/${webhookEndpoint?.id}`,
    token: dealer.token,
    show: (answer) => ({ status: answer.webhookEndpoint?.status }),
  })
  narrator.claim(
    'its secret is shown once, and not again',
    secret?.startsWith('whsec_') && !JSON.stringify(shown).includes(secret),
  )
  await narrator.send({ url: `${receiver}/secret`, body: { secret }, show: (answer) => answer })
}

/** The customer texts both, and the CRM of the first learns what concerns it, from us alone. */
export async function hears(stage: Stage, dealer: Dealer, other: Dealer): Promise<void> {
  const { api, narrator, receiver } = stage
  const [own, foreign] = ['Is Friday fine, too?', 'I will take the motorbike']
  await text(stage, other, foreign)
  await text(stage, dealer, own)
  await hasArrived(stage)
  const { events } = await narrator.send({
    method: 'GET',
    url: `${receiver}/events`,
    show: (answer) => answer.events.map((event: Json) => `${event.type}: ${event.data?.body}`),
  })
  narrator.claim(
    'the CRM has verified one event with the library of Standard Webhooks: the text, word for word',
    events.length === 1 &&
      events[0].type === 'message.received' &&
      events[0].data?.body === own &&
      events[0].data?.to === dealer.number,
  )
  narrator.claim(
    'and has heard nothing of the other',
    !JSON.stringify(events).includes(foreign) &&
      events.every((event: Json) => event.organization_id === dealer.id),
  )
  const { taken } = await narrator.send({
    url: `${receiver}/orgline`,
    body: events[0] ?? {},
    show: (answer) => answer,
  })
  narrator.claim('the same, posted by somebody without the secret, is refused', taken === false)
  const path = `${api}/api/organizations/${dealer.id}/webhook-endpoints`
  const ask = (url: string, show: (answer: Json) => unknown) =>
    narrator.send({ method: 'GET', url, token: dealer.token, show })
  const { webhookEndpoints } = await ask(path, (answer) => ({
    endpoints: answer.webhookEndpoints?.length,
  }))
  const { deliveries } = await ask(
    `${path}/${webhookEndpoints[0]?.id}/deliveries`,
    (answer: Json) =>
      answer.deliveries.map((row: Json) => `${row.type}: ${row.status}, ${row.status_code}`),
  )
  narrator.claim(
    'its delivery is listed, with what the CRM answered',
    deliveries.length === 1 &&
      deliveries[0].event_id === events[0].id &&
      deliveries[0].status === 'delivered' &&
      deliveries[0].status_code === 200,
  )
}

/** Waits, within bounds, until the CRM has taken something. */
async function hasArrived({ receiver, wait }: Stage): Promise<void> {
  for (let waits = 0; waits < PATIENCE; waits += 1) {
    const reply = await fetch(`${receiver}/events`)
    if (((await reply.json()) as Json).events.length > 0) return
    await wait()
  }
}
