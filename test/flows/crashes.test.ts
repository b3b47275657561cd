import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createElevenLabsClient } from '../../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../../src/carriers/elevenlabs/voice-agents.ts'
import { createTwilioClient } from '../../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../../src/carriers/twilio/telephony.ts'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { createLife } from '../support/mortal.ts'
import { atCarriers, runOrders } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

/** More calls than the pipeline makes, so that the last lives end naturally. */
const LIVES = 24

describe('a process that dies while it sets up a number', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { VOICE_FALLBACK_URL: 'http://127.0.0.1:9/fallback' } })
  })
  afterAll(() => world.stop())

  const deaths = Array.from({ length: LIVES }, (_, index) => [index + 1])

  describe.each(['before', 'after'] as const)('%s the effect of its call', (where) => {
    test.each(deaths)(
      'number %i, leaves an order that another process finishes with one purchase',
      async (calls) => {
        const before = await atCarriers(world)
        const { order_id: orderId, organization } =
          await world.context.organizations.organizations.signUp(OPERATOR, {
            id: randomUUID(),
            name: 'Mortal Motors',
            slug: `mortal-${randomUUID()}`,
            email: 'm@example.com',
            memberEmail: null,
            criteria: { country: 'CA', areaCode: '604', region: 'BC', areaCodeOnly: false },
          })
        await liveAndDie(world, orderId ?? '', calls, where)
        // Only time frees a dead worker's order; this is the time.
        await world.sql(
          'update number_orders set lease_until = now() where lease_until is not null',
        )

        await runOrders(world)

        const after = await atCarriers(world)
        expect(after.twilio.numbers).toHaveLength(before.twilio.numbers.length + 1)
        expect(after.elevenlabs.phoneNumbers).toHaveLength(
          before.elevenlabs.phoneNumbers.length + 1,
        )
        const held = await world.sql(
          `select p.phone_number, p.status, h.is_active from organization_phone_numbers h join phone_numbers p on p.id = h.phone_number_id
         where h.organization_id = $1 and h.ended_at is null`,
          [organization.id],
        )
        expect(held).toEqual([
          {
            phone_number: after.twilio.numbers.at(-1).phone_number,
            status: 'assigned',
            is_active: true,
          },
        ])
      },
    )
  })

  test('the lives tried here, taken together, cover every call of the pipeline', async () => {
    const { order_id: orderId } = await world.context.organizations.organizations.signUp(OPERATOR, {
      id: randomUUID(),
      name: 'Immortal Motors',
      slug: `immortal-${randomUUID()}`,
      email: 'm@example.com',
      memberEmail: null,
      criteria: { country: 'CA', areaCode: '604', region: 'BC', areaCodeOnly: false },
    })

    const end = await liveAndDie(world, orderId ?? '', LIVES, 'before')

    expect(end).toBe('finished')
  })
})

async function liveAndDie(
  world: World,
  orderId: string,
  calls: number,
  where: 'before' | 'after',
): Promise<'died' | 'finished'> {
  const { config } = world
  const { mortal, death } = createLife(calls, where)
  const doomed = createContext(config, {
    log: world.context.log,
    db: mortal(world.context.db),
    telephony: mortal(createTwilioTelephony(createTwilioClient(config.twilio))),
    voiceAgents: mortal(
      createElevenLabsVoiceAgents(createElevenLabsClient(config.elevenLabs), {
        baseUrl: config.elevenLabs.baseUrl,
        twilioAccountSid: config.twilio.accountSid,
        twilioAuthToken: config.twilio.authToken,
      }),
    ),
  })
  const life = doomed.phoneNumbers.runner
    .run(orderId, new AbortController().signal)
    .then(() => 'finished' as const)
  return Promise.race([life, death])
}
