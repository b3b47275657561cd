import { misbilled, misbilledLater } from './bills.ts'
import { readCarriers } from './carriers.ts'
import { type Eventual, eventually } from './eventually.ts'
import { isPaid, PRICE, readFacts } from './facts.ts'
import type { Plan } from './plan.ts'
import type { Played } from './played.ts'
import { wrongServices } from './services.ts'
import { wrongSettings } from './settings.ts'
import type { World } from './world.ts'
import { wrongNumbers } from './wrong-numbers.ts'

/** What must not be; all 0 in a healthy world. */
export interface Verdict extends Eventual {
  /** Paid at Twilio under our tag, and unknown to the database. */
  orphans: number
  /** In the database as ours, and not at Twilio. */
  ghosts: number
  /** Orders that bought more than one number, and had not given the first up after two searches. */
  doublePurchases: number
  /** Numbers beyond what sign-ups and batches asked for. */
  neverAskedFor: number
  twoOwners: number
  /** Numbers that went from one organization to another without a quarantine. */
  changedHands: number
  /**
   * Organizations with neither a live number nor a notification, that did not give theirs up. One
   * that took it back in a time that was lost has given it up, as far as anybody can know.
   */
  leftBehind: number
  /** Numbers released although their quarantine is not over. */
  releasedEarly: number
  /** Numbers released that somebody had, as only a lost database knew. */
  liveReleased: number
  /** Numbers that count as gone, and are there. */
  writtenOff: number
  /** Settings at the carriers that are not those of the number's status. */
  wrongSettings: number
  /** Numbers of others in the account that are not as they were, or that we count as ours. */
  foreignTouched: number
  /** Webhooks of a carrier that a server took for somebody else's, and callers that ElevenLabs did. */
  refusedWebhooks: number
  /** Work that did not end, and requests that were not answered as they must be. */
  unfinished: number
  internalErrors: number
  /** Micro-dollars spent at Twilio and not accounted for in the databases. */
  unaccounted: number
  /** Micro-dollars by which the reports of usage differ from what the carriers took. */
  misbilled: number
}

export interface Judged {
  verdict: Verdict
  bought: number
  /** Late purchases that only the sweep could find. */
  adopted: number
  spent: number
  expected: number
  /** What came from customers, and what endpoints were sent. */
  counts: {
    texts: number
    calls: number
    voicemails: number
    deliveries: number
    streamed: number
  }
  /** What is wrong, in words: each column with all that it counts. */
  details: string[]
}

/** Compares what the outside world knows with what the databases know and what was asked for. */
export async function judge(
  world: World,
  plan: Plan,
  played: Played,
  unfinished: string[],
): Promise<Judged> {
  // First, because both wait for what is still to come.
  const [talks, billed] = await Promise.all([eventually(world, played), misbilled(world)])
  const atCarriers = await readCarriers(world)
  const { twilio } = atCarriers
  const facts = await Promise.all(world.deployments.map((each) => readFacts(world, each)))
  const paid = facts.flatMap((each) => each.rows.filter(isPaid))
  const spent = twilio.spentBy.numbers - world.elsewhere.length * PRICE
  const expected = paid.length * PRICE
  const wrong = {
    ...(await wrongNumbers(world, { plan, played, facts, atCarriers })),
    wrongSettings: [
      ...(await wrongSettings(world, atCarriers)),
      ...(await wrongServices(world, atCarriers)),
    ],
    refusedWebhooks: atCarriers.refused.map((each) => JSON.stringify(each)),
    internalErrors: world.deployments.flatMap(({ client }) => client.internalErrors()),
    ...talks,
  }
  const bills = [billed]
  // Last, because the databases are of another time afterwards.
  if (plan.endsMonth) bills.push(await misbilledLater(world))
  const unaccounted = Math.abs(spent - expected)

  return {
    verdict: {
      ...countEach(wrong),
      unfinished: unfinished.length,
      unaccounted,
      misbilled: bills.reduce((sum, { by }) => sum + by, 0),
    },
    bought: spent / PRICE,
    adopted: facts.reduce((sum, each) => sum + each.adopted, 0),
    spent,
    expected,
    counts: {
      texts: twilio.messages.filter(({ direction }) => direction === 'inbound').length,
      calls: twilio.calls.filter(({ direction }) => direction === 'inbound').length,
      voicemails: twilio.recordings.length,
      deliveries: world.listener?.count() ?? 0,
      streamed: world.followers?.count() ?? 0,
    },
    details: [
      ...world.deployments.flatMap(({ client }) => named('not answered', client.givenUp())),
      ...named('unfinished', unfinished),
      ...Object.entries(wrong).flatMap(([column, each]) => named(column, each)),
      ...named(
        'unaccounted',
        unaccounted > 0 ? [`spent ${spent}, and known is ${JSON.stringify(paid)}`] : [],
      ),
      ...named(
        'misbilled',
        bills.flatMap(({ details }) => details),
      ),
    ],
  }
}

function countEach<K extends string>(wrong: Record<K, string[]>): Record<K, number> {
  const counts = Object.entries<string[]>(wrong).map(([column, each]) => [column, each.length])
  return Object.fromEntries(counts) as Record<K, number>
}

const named = (column: string, each: string[]) => each.map((words) => `${column}: ${words}`)
