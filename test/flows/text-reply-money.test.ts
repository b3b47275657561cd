import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  ADMIN,
  control,
  fault,
  notifications,
  PATIENCE_MS,
  request,
  signUp,
} from '../support/requests.ts'
import { createReplyDeeds, type SignedUp, turnsOn } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

/** Nobody's in any other test of this file. */
const customers = (function* () {
  for (let number = 16045553300; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

/** Of a text of one segment, and of what the twin charges for an answer. */
const SEGMENT = 7_500
const REPORTED = 3_333
const ASSUMED = 50_000

function createMoney(world: World) {
  const deeds = createReplyDeeds(world)
  const limit = ({ organization }: SignedUp, limits: object) =>
    request(world.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token: ADMIN,
      body: { settings: { outbound_limits: limits } },
    })
  return {
    ...deeds,
    limit,
    async dealer(limits: object = {}) {
      const signedUp = await turnsOn(world, await signUp(world))
      await limit(signedUp, limits)
      return signedUp
    },
    async ask(dealer: SignedUp, customer = aCustomer()) {
      await deeds.text(customer, dealer.organization.phoneNumber, 'Is it still there?')
      await deeds.answerAll()
      const turn = (await deeds.turnsOf(customer)).at(-1)
      return { customer, became: turn?.reason ?? turn?.status }
    },
    /** What counts for the organization: of its turns, those of erased customers, and both with the texts. */
    spentOn: async (dealer: SignedUp) => {
      const [row] = await world.sql<{ spent: string }>(
        `select sum(m.outlay) as spent from private.outlays_of($1, '') m where m.kind = 'reply'`,
        [dealer.organization.id],
      )
      return Number(row?.spent)
    },
    spentByAll: async () => {
      const [row] = await world.sql<{ spend: string }>(
        'select sum(spend) as spend from spend_hours',
      )
      return Number(row?.spend ?? 0)
    },
    erase: async ({ organization, token }: SignedUp, customer: string) => {
      const path = `/api/organizations/${organization.id}/contacts`
      const { body } = await request(
        world.origin,
        'GET',
        `${path}?phoneNumber=${encodeURIComponent(customer)}`,
        { token },
      )
      return request(world.origin, 'DELETE', `${path}/${body.contacts[0].id}`, { token })
    },
  }
}

describe('what conversations in writing cost', () => {
  let world: World
  let money: ReturnType<typeof createMoney>
  beforeAll(async () => {
    world = await startWorld({ settings: { OUTBOUND_REPLY_COST: String(ASSUMED) } })
    money = createMoney(world)
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  test('counts as it is assumed until it is told, and then as told, for the organization and for all', async () => {
    const dealer = await money.dealer()
    const before = await money.spentByAll()

    await money.ask(dealer)

    await expect.poll(() => money.spentOn(dealer), { timeout: PATIENCE_MS }).toBe(REPORTED)
    expect((await money.spentByAll()) - before).toBe(REPORTED + SEGMENT)
  })

  test('counts for each time that the agent was asked, as long as nothing is told of it', async () => {
    const dealer = await money.dealer()
    await fault(world, 'elevenlabs', 'conversations.getSignedUrl', 'error', {
      times: 2,
      status: 422,
    })

    await money.ask(dealer)

    await expect
      .poll(() => money.spentOn(dealer), { timeout: PATIENCE_MS })
      .toBe(2 * ASSUMED + REPORTED)
  })

  test('is asked of the organization before its agent is: a text, for which it has no money left, is left to people, who are told', async () => {
    const dealer = await money.dealer()
    const first = await money.ask(dealer)
    await money.limit(dealer, { daily_spend: 1_000 })

    const { customer, became } = await money.ask(dealer)

    expect([first.became, became]).toEqual(['answered', 'daily_spend_reached'])
    expect(await money.conversationsWith(customer)).toEqual([])
    expect(await money.eventsOf(customer)).toMatchObject([{ type: 'text_reply.failed' }])
    const pending = await notifications(world, '?type=text_reply_failed&status=pending')
    const [{ message } = { message: '' }] = pending.filter(
      ({ organization_id: id }) => id === dealer.organization.id,
    )
    expect(message).toContain('OUTBOUND_DAILY_SPEND')
  })

  test('goes on counting once its customer is erased, also what is told of it later', async () => {
    const dealer = await money.dealer()
    const { customer } = await money.ask(dealer)
    await expect.poll(() => money.spentOn(dealer), { timeout: PATIENCE_MS }).toBe(REPORTED)
    await world.sql('update text_turns set outlay = outlay + $2 where customer = $1', [
      customer,
      ASSUMED,
    ])

    await money.erase(dealer, customer)

    expect(await money.spentOn(dealer)).toBe(REPORTED + ASSUMED)
  })

  test('of erased customers, counts among the answers of the day', async () => {
    const dealer = await money.dealer({ daily_replies: 1 })
    const { customer } = await money.ask(dealer)
    await money.erase(dealer, customer)

    expect((await money.ask(dealer)).became).toBe('replies_in_a_day')
  })
})

describe('a new account, with agents that answer texts', () => {
  let world: World
  let money: ReturnType<typeof createMoney>
  beforeAll(async () => {
    world = await startWorld({
      settings: {
        NEW_ORGANIZATION_DAYS: '7',
        NEW_ACCOUNT_DAILY_SPEND: '1080000',
        OUTBOUND_REPLY_COST: String(ASSUMED),
      },
    })
    money = createMoney(world)
  })
  afterAll(() => world.stop())

  test('pays for them from what it may spend, and no more', async () => {
    const dealer = await money.dealer()

    const became = [(await money.ask(dealer)).became]
    await expect.poll(() => money.spentOn(dealer), { timeout: PATIENCE_MS }).toBe(REPORTED)
    for (let i = 0; i < 3; i += 1) {
      became.push((await money.ask(dealer)).became)
      await expect.poll(() => money.spentOn(dealer), { timeout: PATIENCE_MS }).toBeLessThan(ASSUMED)
    }

    // $1.00 for its number; of 80,000 an answer takes 10,833, and 50,000 must be left for the next.
    expect(became).toEqual(['answered', 'answered', 'answered', 'account_spend_reached'])
  })
})

describe('all organizations together, with agents that answer texts', () => {
  let world: World
  let money: ReturnType<typeof createMoney>
  beforeAll(async () => {
    world = await startWorld({
      settings: { OUTBOUND_DEPLOYMENT_DAILY_SPEND: '60000', OUTBOUND_REPLY_COST: String(ASSUMED) },
    })
    money = createMoney(world)
  })
  afterAll(() => world.stop())

  test('pay for them from what they may spend, and no more', async () => {
    const [one, other] = [await money.dealer(), await money.dealer()]

    const first = await money.ask(one)
    await expect.poll(() => money.spentOn(one), { timeout: PATIENCE_MS }).toBe(REPORTED)
    const second = await money.ask(other)

    expect([first.became, second.became]).toEqual(['answered', 'deployment_spend_reached'])
    expect(await money.spentByAll()).toBe(REPORTED + SEGMENT)
  })
})
