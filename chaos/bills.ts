import { setTimeout as sleep } from 'node:timers/promises'
import { billsApart } from './bills-apart.ts'
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
}

/**
 * By how many micro-dollars what all deployments report of their usage differs from what the twins
 * took for their numbers, texts, calls and conversations. Prices of texts and calls come late, and a
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
      const each: Costs[] = [...organizations, idle].map(({ numbers, messages, calls }: Usage) => ({
        numbers: numbers.cost,
        messages: messages.cost,
        calls: calls.cost,
        conversations: calls.agent_cost,
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
  const { twilio, elevenlabs } = (await world.control('GET', 'state')) as {
    twilio: { spentBy: { numbers: number; messages: number; calls: number } }
    elevenlabs: { spent: number }
  }
  return {
    ...twilio.spentBy,
    numbers: twilio.spentBy.numbers - world.elsewhere.length * PRICE * payments,
    conversations: elevenlabs.spent,
  }
}

const add = (all: Costs[]): Costs => ({
  numbers: all.reduce((sum, { numbers }) => sum + numbers, 0),
  messages: all.reduce((sum, { messages }) => sum + messages, 0),
  calls: all.reduce((sum, { calls }) => sum + calls, 0),
  conversations: all.reduce((sum, { conversations }) => sum + conversations, 0),
})

function difference(one: Costs, other: Costs): number {
  const parts = Object.keys(one) as (keyof Costs)[]
  return parts.reduce((sum, part) => sum + Math.abs(one[part] - other[part]), 0)
}
