import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { request, signUp } from '../support/requests.ts'
import { aCall, askInitiation, aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const digits = (min: number, max: number) => fc.integer({ min, max }).map(String)

/** Somebody’s number in Vancouver, not one of the world’s own, nor with a service code as its exchange. */
const persons = digits(6_120_000, 7_109_999).map((rest) => `604${rest}`)

/** How carriers and platforms may tell the same number. */
const notations = fc.constantFrom<((national: string) => string)[]>(
  (n) => `+1${n}`,
  (n) => `1${n}`,
  (n) => n,
  (n) => `+1 (${n.slice(0, 3)}) ${n.slice(3, 6)}-${n.slice(6)}`,
  (n) => `tel:+1-${n}`,
  (n) => `\u202A+1${n}\u202C`,
  (n) => `whatsapp:+1${n}`,
  (n) => `rcs:+1${n}`,
)

/** Caller ids that are nobody's number. */
const nobodies = fc.oneof(
  fc.constantFrom('', 'anonymous', 'Restricted', '+266696687', '+7378742833', '8566696687'),
  digits(0, 199_999_999).map((rest) => `+1${rest.padStart(10, '0')}`),
  digits(2_000_000, 9_999_999).map((rest) => `+1555${rest}`),
  digits(2_000_000, 9_999_999).map((rest) => `+1911${rest}`),
  digits(0, 1_999_999).map((rest) => `+1604${rest.padStart(7, '0')}`),
  digits(10_000, 999_999),
  fc.stringMatching(/^[a-z ]{1,20}$/),
)

/** Ways to refuse texts, with what counts for nothing. */
const refusals = fc
  .tuple(
    fc.constantFrom(
      'stop',
      'opt out',
      'unsubscribe',
      'stop texting me',
      'arrêtez',
      'no más mensajes',
    ),
    fc.constantFrom('', '.', '!', ' ', '\u200B', '”'),
    fc.boolean(),
  )
  .map(([words, end, isLoud]) => `${isLoud ? words.toUpperCase() : words}${end}`)

describe('the same person is the same contact, and nobody is none', () => {
  let world: World
  let dealer: Awaited<ReturnType<typeof signUp>>
  beforeAll(async () => {
    world = await startWorld()
    dealer = await signUp(world)
  })
  afterAll(() => world.stop())

  const arrive = async (how: 'call' | 'text', from: string, body: string) => {
    const to = dealer.organization.phoneNumber
    if (how === 'call') await askInitiation(world, aCall(to, { caller_id: from }))
    else await twilioPost(world, SMS_PATH, aText(to, { From: from, Body: body }))
  }
  const contacts = () => world.sql<{ phone_number: string }>('select phone_number from contacts')

  test('a person, on any way, in any notation: is one contact, who is heard', async () => {
    const property = fc.asyncProperty(
      persons,
      fc.array(fc.tuple(fc.constantFrom('call', 'text'), notations), {
        minLength: 1,
        maxLength: 4,
      }),
      notations,
      refusals,
      async (national, arrivals, last, refusal) => {
        await world.sql('delete from opt_outs where phone_number = $1', [`+1${national}`])
        for (const [how, write] of arrivals) await arrive(how, write(national), 'Hello')
        await arrive('text', last(national), refusal)

        const found = (await contacts()).filter((each) => each.phone_number.includes(national))
        expect(found).toEqual([{ phone_number: `+1${national}` }])
        const answer = await request(
          world.origin,
          'POST',
          `/api/organizations/${dealer.organization.id}/messages`,
          { token: dealer.token, body: { to: ` ${national}`, body: 'Still interested?' } },
        )
        expect(answer.body.code).toBe('opted_out')
      },
    )

    await fc.assert(property, { numRuns: 40 })
  })

  test('nobody, on any way: is no contact, and the next one hears nothing', async () => {
    const before = (await contacts()).length
    const property = fc.asyncProperty(
      nobodies,
      fc.constantFrom('call', 'text'),
      async (from, how) => {
        await arrive(how, from, 'My secret')

        const next = await askInitiation(
          world,
          aCall(dealer.organization.phoneNumber, { caller_id: from }),
        )
        expect(next.body.dynamic_variables).toMatchObject({
          customer_name: 'Unknown',
          lead_status: 'New Inquiry',
          conversation_context: '',
        })
      },
    )

    await fc.assert(property, { numRuns: 60 })
    expect(await contacts()).toHaveLength(before)
  })
})
