import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aConversation, postCall } from '../support/post-call.ts'
import { signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const SCHEDULES = 300

/** One dealership of the two that share every customer here. */
interface Dealer {
  id: string
  name: string
  number: string
}

/** What can happen between one customer and one dealership; `n` makes the words unique. */
type Happening = { kind: 'text' | 'call'; dealer: 0 | 1; n: number }

const happenings = fc.array(
  fc.record({
    kind: fc.constantFrom('text' as const, 'call' as const),
    dealer: fc.constantFrom(0 as const, 1 as const),
    n: fc.nat(999_999),
  }),
  { minLength: 2, maxLength: 5 },
)

describe('two organizations that share a customer', () => {
  let world: World
  let dealers: [Dealer, Dealer]
  let customers = 0
  beforeAll(async () => {
    world = await startWorld({ settings: { LOG_LEVEL: 'error' } })
    const [a, b] = [await signUp(world), await signUp(world)]
    dealers = [a, b].map(({ organization }) => ({
      id: organization.id,
      name: organization.name,
      number: organization.phoneNumber,
    })) as [Dealer, Dealer]
  })
  afterAll(() => world.stop())

  test('each hears its own name, summary and words only, whatever the order, repeats and delays of events', async () => {
    await fc.assert(
      fc.asyncProperty(happenings, fc.infiniteStream(fc.nat()), async (events, chance) => {
        const customer = `+1604${String(5_560_000 + customers++)}`
        const deliveries = events.flatMap((event) => deliveriesOf(event, customer))

        await deliverAtRandom([...deliveries, ...deliveries], chance)

        for (const side of [0, 1] as const) {
          const own = await variablesAt(dealers[side], customer)
          const mine = events.filter(({ dealer }) => dealer === side)
          const foreign = events.filter(({ dealer }) => dealer !== side)
          const heard = JSON.stringify(own)
          expect(own.organization_name).toBe(dealers[side].name)
          expect(own.organization_id).toBe(dealers[side].id)
          expect(own.lead_status).toBe(statusOf(mine))
          for (const event of foreign) expect(heard).not.toContain(wordsOf(event))
          expect(heard).not.toContain(dealers[side === 0 ? 1 : 0].name)
          for (const event of mine) expect(own.conversation_context).toContain(wordsOf(event))
          if (!mine.some(({ kind }) => kind === 'call')) {
            expect(own.previous_summary).toBe('First conversation')
          }
        }
      }),
      { numRuns: SCHEDULES },
    )
  }, 120_000)

  const wordsOf = (event: Happening) => `d${event.dealer}-${event.kind}-${event.n}.`

  const statusOf = (events: Happening[]) => {
    if (events.some(({ kind }) => kind === 'call')) return 'Returning Customer'
    return events.length > 0 ? 'Active Lead' : 'New Inquiry'
  }

  /** The webhooks of a happening, in the order in which they would best arrive. */
  function deliveriesOf(event: Happening, customer: string): (() => Promise<unknown>)[] {
    const { number } = dealers[event.dealer]
    if (event.kind === 'text') {
      const text = aText(number, { From: customer, Body: wordsOf(event) })
      return [() => twilioPost(world, SMS_PATH, text)]
    }
    const call = aCall(number, { caller_id: customer })
    const ended = aConversation({
      phone: { agent_number: number, external_number: customer, call_sid: call.call_sid },
      transcript: [{ role: 'user', message: wordsOf(event) }],
      summary: `They said ${wordsOf(event)}`,
    })
    return [() => askInitiation(world, call), () => postCall(world, ended)]
  }

  async function variablesAt(dealer: Dealer, customer: string): Promise<Record<string, string>> {
    const { body } = await askInitiation(world, aCall(dealer.number, { caller_id: customer }))
    return body.dynamic_variables
  }
})

/** Delivers everything in an order, and with overlaps, that `chance` decides. */
async function deliverAtRandom(
  deliveries: (() => Promise<unknown>)[],
  chance: fc.Stream<number>,
): Promise<void> {
  const under: Promise<unknown>[] = []
  while (deliveries.length > 0) {
    const [at = 0, wait = 0] = [...chance.take(2)]
    const [next] = deliveries.splice(at % deliveries.length, 1)
    if (next) under.push(next())
    if (wait % 2 === 0) await Promise.all(under.splice(0))
  }
  await Promise.all(under)
}
