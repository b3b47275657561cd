import { setTimeout as sleep } from 'node:timers/promises'
import { billsApart } from './bills-apart.ts'
import { type CarrierConversation, readCarriers } from './carriers.ts'
import { PRICE } from './facts.ts'
import { longAgo, passMonthsEnd } from './months-end.ts'
import type { Deployment, World } from './world.ts'

const PAUSE_MS = 200

interface Misbilled {
  /** In micro-dollars. */
  by: number
  /** What is apart, in words. */
  details: string[]
}

/** Micro-dollars. */
interface Costs {
  numbers: number
  messages: number
  calls: number
  conversations: number
  textReplies: number
}

/**
 * By how many micro-dollars what all deployments report of their usage differs from what the twins
 * took for their numbers, texts, calls and conversations, spoken and in writing. Prices of texts and calls come late, and a
 * call that no webhook told of is found by a loop: so it waits, within bounds, for both to agree. What
 * is still estimated then counts as one more.
 */
export function misbilled(world: World): Promise<Misbilled> {
  return misbilledSince(world, { since: world.begunAt, payments: 1 })
}

/** The same, once a month has ended in the middle of it, and all of it is some months ago. */
export async function misbilledLater(world: World): Promise<Misbilled> {
  await passMonthsEnd(world)
  return misbilledSince(world, { since: longAgo(new Date()), payments: 2 })
}

interface Span {
  since: Date
  /** How often every number was paid for that somebody has still. */
  payments: number
}

async function misbilledSince(world: World, { since, payments }: Span): Promise<Misbilled> {
  const end = Date.now() + world.patienceMs
  for (;;) {
    const reports = (await Promise.all(world.deployments.map((each) => report(each, since)))).flat()
    const [reported, spent] = [add(reports.map(({ costs }) => costs)), await taken(world, payments)]
    const isEstimated = reports.some((each) => each.isEstimated)
    const wrong = difference(reported, spent) + (isEstimated ? 1 : 0)
    if (wrong === 0) return { by: 0, details: [] }
    const estimates = isEstimated ? ', estimates among them' : ''
    const sums = `told: ${JSON.stringify(reported)}${estimates}, taken: ${JSON.stringify(spent)}`
    // Nothing more will be known of the numbers.
    const isKnown = reported.numbers !== spent.numbers && payments === 1
    if (isKnown || world.isShown(sums) || Date.now() > end) {
      return { by: wrong, details: [sums, ...(await billsApart(world))] }
    }
    await sleep(PAUSE_MS)
  }
}

interface Usage {
  numbers: { cost: number }
  messages: { cost: number }
  calls: { cost: number; agent_cost: number }
  text_replies: { cost: number }
}

/** A deployment's costs in the months from `since` on, which are two where a run has seen midnight. */
function report({ client }: Deployment, since: Date) {
  const months = new Set<string>()
  for (const at = new Date(since); at < new Date(); at.setUTCMonth(at.getUTCMonth() + 1, 1)) {
    months.add(at.toISOString().slice(0, 7))
  }
  return Promise.all(
    [...months].map(async (month) => {
      const organizations: Usage[] = []
      let page = await usagePage(client, `month=${month}&limit=200`)
      const { idle, estimated } = page
      organizations.push(...page.organizations)
      while (page.nextCursor) {
        page = await usagePage(client, `month=${month}&limit=200&cursor=${page.nextCursor}`)
        organizations.push(...page.organizations)
      }
      const each: Costs[] = [...organizations, idle].map((usage: Usage) => ({
        numbers: usage.numbers.cost,
        messages: usage.messages.cost,
        calls: usage.calls.cost,
        conversations: usage.calls.agent_cost,
        textReplies: usage.text_replies.cost,
      }))
      return { costs: add(each), isEstimated: estimated === true }
    }),
  )
}

/** @throws Error unless it is told */
async function usagePage(client: Deployment['client'], query: string) {
  const answer = await client.send('GET', `/api/admin/usage?${query}`)
  if (answer?.status !== 200) throw new Error(`no usage: ${JSON.stringify(answer)}`)
  return answer.body
}

/** Without what others in the account have bought. */
async function taken(world: World, payments: number): Promise<Costs> {
  const { twilio, elevenlabs } = await readCarriers(world)
  const inWriting = elevenlabs.conversations.filter(({ metadata }) => metadata.text_only)
  const forgotten = await forgottenTurns(world)
  const sum = (rows: CarrierConversation[]) =>
    rows.reduce((total, { metadata }) => total + microsOf(metadata.cost_fiat), 0)
  return {
    ...twilio.spentBy,
    numbers: twilio.spentBy.numbers - world.elsewhere.length * PRICE * payments,
    conversations: elevenlabs.spent - sum(inWriting),
    textReplies: sum(inWriting.filter(({ user_id: turn }) => !forgotten.has(turn ?? ''))),
  }
}

const microsOf = (dollars: number | null | undefined) => Math.round((dollars ?? 0) * 1_000_000)

/** Turns that only a lost database knew: whose conversations those were, nobody can tell who does not believe the caller. */
async function forgottenTurns(world: World): Promise<Set<string>> {
  const read = async (databases: { database: string }[]) => {
    const rows = databases.map(({ database }) =>
      world.cluster.query<{ id: string }>(database, 'select id from orgline.text_turns'),
    )
    return (await Promise.all(rows)).flat().map(({ id }) => id)
  }
  const present = new Set(await read(world.deployments))
  return new Set((await read(world.lost)).filter((id) => !present.has(id)))
}

const add = (all: Costs[]): Costs => ({
  numbers: all.reduce((sum, { numbers }) => sum + numbers, 0),
  messages: all.reduce((sum, { messages }) => sum + messages, 0),
  calls: all.reduce((sum, { calls }) => sum + calls, 0),
  conversations: all.reduce((sum, { conversations }) => sum + conversations, 0),
  textReplies: all.reduce((sum, { textReplies }) => sum + textReplies, 0),
})

function difference(one: Costs, other: Costs): number {
  const parts = Object.keys(one) as (keyof Costs)[]
  return parts.reduce((sum, part) => sum + Math.abs(one[part] - other[part]), 0)
}
