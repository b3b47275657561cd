import type { Json } from './narrator.ts'
import { ADMIN, atCarriers, type Dealer, NUMBER_PRICE, type Stage } from './stage.ts'

/** So many waits at most until the carriers have told every price. */
const PATIENCE = 120

/** Waits, within bounds, until no price is estimated any more. */
export async function pricesAreKnown({ api, narrator, wait }: Stage): Promise<void> {
  narrator.report('Twilio tells its prices some time later; until then, they are estimated …')
  for (let waits = 0; waits < PATIENCE; waits += 1) {
    const headers = { authorization: `Bearer ${ADMIN}` }
    const reply = await fetch(`${api}/api/admin/usage`, { headers })
    if (((await reply.json()) as Json).estimated === false) return
    await wait()
  }
}

/** A dealer's month, by the carriers' own rows of its one number, which it has from the first. */
export async function paysItsOwn(stage: Stage, dealer: Dealer): Promise<void> {
  const { api, narrator } = stage
  const usage = await narrator.send({
    method: 'GET',
    url: `${api}/api/organizations/${dealer.id}/usage`,
    token: dealer.token,
    show: costsOf,
  })
  const { twilio, elevenlabs } = await atCarriers(stage)
  const isIts = (row: Json) => [row.from, row.to].includes(dealer.number)
  const charges = (rows: Json[]) => sum(rows.filter(isIts), ({ price }) => -1 * Number(price))
  const costs = {
    numbers: NUMBER_PRICE,
    messages: charges(twilio.messages),
    calls: charges(twilio.calls),
    conversations: sum(
      elevenlabs.conversations.filter(
        ({ metadata }: Json) => metadata.phone_call?.agent_number === dealer.number,
      ),
      chargeOf,
    ),
    text_replies: sum(
      elevenlabs.conversations.filter(
        (row: Json) => row.metadata.text_only && calledNumberOf(row) === dealer.number,
      ),
      chargeOf,
    ),
  }
  narrator.claim(
    `${dealer.name} pays for its number, and for its own texts, calls and conversations, spoken and written`,
    areSame(costsOf(usage), costs) && usage.total === totalOf(costs),
  )
}

/** The month of all, by what the carriers have taken from the accounts. */
export async function addsUp(stage: Stage): Promise<void> {
  const { api, narrator } = stage
  const all = await narrator.send({
    method: 'GET',
    url: `${api}/api/admin/usage`,
    token: ADMIN,
    show: ({ organizations, idle, total }) => [
      ...organizations.map((row: Json) => `${dollars(row.total)} ${row.organization_name}`),
      `${dollars(idle.total)} (idle)`,
      `${dollars(total)} in all`,
    ],
  })
  const { twilio, elevenlabs } = await atCarriers(stage)
  const textReplies = sum(
    elevenlabs.conversations.filter(({ metadata }: Json) => metadata.text_only),
    chargeOf,
  )
  const taken: Costs = {
    ...twilio.spentBy,
    conversations: elevenlabs.spent - textReplies,
    text_replies: textReplies,
  }
  for (const [what, micros] of Object.entries(taken)) {
    narrator.report(`The carriers took ${dollars(micros)} for ${what.replace('_', ' ')}`)
  }
  narrator.claim('no price is estimated any more', all.estimated === false)
  const months: Costs[] = [...all.organizations, all.idle].map(costsOf)
  const reported = months.reduce((one, other) => ({
    numbers: one.numbers + other.numbers,
    messages: one.messages + other.messages,
    calls: one.calls + other.calls,
    conversations: one.conversations + other.conversations,
    text_replies: one.text_replies + other.text_replies,
  }))
  narrator.claim(
    'dealers and idle stock together cost what the carriers took, to a ten-thousandth of a cent',
    areSame(reported, taken) && all.total === twilio.spent + elevenlabs.spent,
  )
}

/** Micro-dollars. */
interface Costs {
  numbers: number
  messages: number
  calls: number
  conversations: number
  text_replies: number
}

function costsOf({ numbers, messages, calls, text_replies }: Json): Costs {
  return {
    numbers: numbers.cost,
    messages: messages.cost,
    calls: calls.cost,
    conversations: calls.agent_cost,
    text_replies: text_replies.cost,
  }
}

function areSame(one: Costs, other: Costs): boolean {
  return (Object.keys(one) as (keyof Costs)[]).every((what) => one[what] === other[what])
}

function totalOf(costs: Costs): number {
  return Object.values<number>({ ...costs }).reduce((total, cost) => total + cost, 0)
}

/** Of a conversation, in dollars. */
function chargeOf({ metadata }: Json): number {
  return metadata.cost_fiat ?? 0
}

/** The number whose agent a conversation in writing was held with. */
function calledNumberOf(row: Json): string | undefined {
  return row.conversation_initiation_client_data.dynamic_variables?.called_number
}

/** Of dollars, in micro-dollars. */
function sum(rows: Json[], of: (row: Json) => number): number {
  return rows.reduce((total, row) => total + Math.round(of(row) * 1_000_000), 0)
}

function dollars(micros: number): string {
  return `$${(micros / 1_000_000).toFixed(6)}`
}
