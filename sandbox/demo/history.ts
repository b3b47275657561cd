import type { Reported } from './customer.ts'
import type { Json } from './narrator.ts'
import { atCarriers, CUSTOMER, type Dealer, type Stage } from './stage.ts'

/** A dealer answers the customer's text, from its own number. */
export async function textsBack(stage: Stage, dealer: Dealer, body: string): Promise<void> {
  const { api, world, narrator } = stage
  const { message } = await narrator.send({
    url: `${api}/api/organizations/${dealer.id}/messages`,
    token: dealer.token,
    body: { to: CUSTOMER, body },
    show: (answer) => ({ from: answer.message?.from, status: answer.message?.status }),
  })
  await fetch(`${world}/control/idle`, { method: 'POST' })
  const { twilio } = await atCarriers(stage)
  const received = twilio.messages.filter((row: Json) => row.to === CUSTOMER)
  narrator.claim(
    'the customer gets one text, from the number that they had written to',
    message?.from === dealer.number &&
      received.length === 1 &&
      received[0].from === dealer.number &&
      received[0].body === body &&
      received[0].status === 'delivered',
  )
}

/** A dealer looks up the customer: all that passed between the two of them, and nothing else. */
export async function looksUp(
  stage: Stage,
  dealer: Dealer,
  { said, texted }: Reported,
  foreign: string[],
): Promise<void> {
  const { api, narrator } = stage
  const { token, number } = dealer
  const path = `${api}/api/organizations/${dealer.id}/contacts`
  const { contacts } = await narrator.send({
    method: 'GET',
    url: `${path}?phoneNumber=${encodeURIComponent(CUSTOMER)}`,
    token,
    show: (answer) => answer.contacts.map((row: Json) => `${row.phone_number} ${row.lead_status}`),
  })
  const { timeline } = await narrator.send({
    method: 'GET',
    url: `${path}/${contacts[0]?.id}/timeline`,
    token,
    show: (answer) => answer.timeline.map((row: Json) => `${row.channel}: ${wordsOf(row)}`),
  })
  const { twilio } = await atCarriers(stage)
  const between = (row: Json) =>
    [row.from, row.to].sort().join() === [CUSTOMER, number].sort().join()
  const passed = (channel: string) => timeline.filter((row: Json) => row.channel === channel)
  const words = (channel: string) => passed(channel).map(wordsOf).join('\n')
  narrator.claim(
    `${dealer.name} finds each of its calls and texts with the customer, “${said}” and “${texted}” among them`,
    passed('voice').length === twilio.calls.filter(between).length &&
      passed('sms').length === twilio.messages.filter(between).length &&
      words('voice').includes(said) &&
      words('sms').includes(texted),
  )
  const shown = JSON.stringify({ contacts, timeline })
  narrator.claim(
    'and nothing that passed between the customer and the other',
    timeline.every(between) && !foreign.some((part) => shown.includes(part)),
  )
}

function wordsOf(row: Json): string {
  return row.body ?? row.summary ?? ''
}
