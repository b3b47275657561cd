import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { OrganizationChangesBody } from '../../src/organizations/schemas.ts'
import { createAgent } from '../support/agents.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { atCarriers, aUser, control, fault, request, signUp } from '../support/requests.ts'
import { nameOf, routesOf } from '../support/route-table.ts'
import { twilioPost } from '../support/signed.ts'
import { createReplyDeeds } from '../support/text-replies.ts'
import { startWorld, type World } from '../support/world.ts'

/** Empty: what an operator who changed nothing has. The sandbox's limits are high. */
const defaults = Object.fromEntries(
  [
    ...['CALLS', 'MINUTES', 'SPEND', 'SEGMENTS'].map((name) => `OUTBOUND_DAILY_${name}`),
    ...['CALLS', 'SEGMENTS'].map((name) => `OUTBOUND_CUSTOMER_DAILY_${name}`),
    ...['CONCURRENCY', 'SEGMENTS_PER_MINUTE', 'DEPLOYMENT_DAILY_SPEND'].map(
      (name) => `OUTBOUND_${name}`,
    ),
    ...['INBOUND_CALLER_HOURLY_CALLS', 'INBOUND_NUMBER_HOURLY_CALLS', 'FALLBACK_DAILY_CALLS'],
    ...[
      'NEW_ORGANIZATION_DAYS',
      'MAX_AGENTS_PER_DAY',
      'PURCHASE_DAILY_LIMIT',
      'PURCHASE_DAILY_LIMIT_FURTHER',
      'SIGNUPS_PER_HOUR',
    ],
  ].map((name) => [name, '']),
)

/** What a user, or a key, can ask for, and what of it the operator pays for. A new route needs its place here. */
const ROUTES: Record<string, 'pays' | 'free'> = {
  'POST /api/auth/organizations': 'pays',
  'POST /api/organizations/:organizationId/phone-numbers': 'pays',
  'POST /api/organizations/:organizationId/phone-numbers/:phoneNumber/restore': 'free',
  'PATCH /api/organizations/:organizationId/phone-numbers/:phoneNumber': 'pays',
  'DELETE /api/organizations/:organizationId/phone-numbers/:phoneNumber': 'free',
  'POST /api/agents': 'pays',
  'POST /api/agents/:agentId/phone-number': 'pays',
  'DELETE /api/agents/:agentId/phone-number': 'free',
  'PATCH /api/agents/:agentId': 'free',
  'DELETE /api/agents/:agentId': 'free',
  'POST /api/elevenlabs/outbound-call': 'pays',
  'POST /api/organizations/:organizationId/messages': 'pays',
  // Its settings are below.
  'PATCH /api/organizations/:organizationId': 'pays',
  'POST /api/organizations/:organizationId/members': 'free',
  'DELETE /api/organizations/:organizationId/members/:memberId': 'free',
  'POST /api/invites/:inviteId/accept': 'free',
  'POST /api/invites/:inviteId/decline': 'free',
  'POST /api/organizations/:organizationId/api-keys': 'free',
  'DELETE /api/organizations/:organizationId/api-keys/:keyId': 'free',
  'POST /api/organizations/:organizationId/webhook-endpoints': 'free',
  'PATCH /api/organizations/:organizationId/webhook-endpoints/:endpointId': 'free',
  'DELETE /api/organizations/:organizationId/webhook-endpoints/:endpointId': 'free',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/rotate-secret': 'free',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/test': 'free',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/deliveries/:deliveryId/replay':
    'free',
  'POST /api/organizations/:organizationId/webhook-endpoints/:endpointId/replay': 'free',
  'POST /api/organizations/:organizationId/contacts': 'free',
  'PUT /api/organizations/:organizationId/contacts/:contactId': 'free',
  'DELETE /api/organizations/:organizationId/contacts/:contactId': 'free',
  'POST /api/organizations/:organizationId/contacts/:contactId/merge': 'free',
  'POST /api/organizations/:organizationId/do-not-call': 'free',
  'DELETE /api/organizations/:organizationId/do-not-call/:phoneNumber': 'free',
}

/** The same of an organization's settings. */
const SETTINGS: Record<string, 'pays' | 'free' | 'operators'> = {
  confirm_caller_name: 'free',
  inbound_voice: 'free',
  caller_memory: 'free',
  greetings: 'free',
  alert_mails: 'free',
  recording_notice: 'free',
  only_attested_callers: 'free',
  fallback_forward_to: 'pays',
  business_hours: 'free',
  // Calls that are passed on, as above, and texts.
  routing: 'pays',
  transfer_to: 'pays',
  missed_call_text: 'pays',
  // Texts, and conversations in writing.
  text_replies: 'pays',
  messaging_service_sid: 'operators',
  outbound_countries: 'free',
  outbound_limits: 'operators',
  fallback_daily_calls: 'operators',
}

/** Micro-dollars, by what the carriers take; a call for as long as its agent talks. */
const PRICES = {
  number: 1_000_000,
  segment: 7_500,
  media: 25_000,
  call: 10 * 112_500,
  /** Whoever knows the id of an agent talks to it, for as long and as often as it lets anybody. */
  talk: 10 * 112_500,
  forward: 30 * 12_500,
}

describe('the first day of a free account', () => {
  let world: World
  let deeds: ReturnType<typeof createReplyDeeds>
  beforeAll(async () => {
    world = await startWorld({ settings: { ...defaults, INBOUND_VOICE: 'server' } })
    deeds = createReplyDeeds(world)
  })
  afterAll(() => stopWithCleanLogs(world))

  test('every route and every setting, has its place in this test', () => {
    const changing = routesOf('member', 'signup')
      .map(([, route]) => route)
      .filter(({ method }) => method !== 'get')

    expect(changing.map(nameOf).filter((name) => !(name in ROUTES))).toEqual([])
    const settings = OrganizationChangesBody.shape.settings.unwrap().shape
    expect(Object.keys(settings).filter((name) => !(name in SETTINGS))).toEqual([])
  })

  test('that takes whatever it can get, from each route and setting, costs no more than NEW_ACCOUNT_DAILY_SPEND', async () => {
    const { token } = await aUser(world)
    const ask = (method: string, path: string, body?: object) =>
      request(world.origin, method, path, { token, ...(body && { body }) })
    let customers = 0
    const customer = () => `+1604${5_560_000 + customers++}`
    const organizations: string[] = []
    const agents: string[] = []
    let talks = 0
    const refused = new Set<string>()
    const spent = { calls: 0, segments: 0, media: 0, forwards: 0 }

    /** Each way to spend; true where it was let through. */
    const ways: Record<string, () => Promise<boolean>> = {
      async signUp() {
        const { answer, organization } = await signUp(world, {}, token)
        if (answer.status === 201) {
          organizations.push(organization.id)
          // Before there is an agent, so that each gets what it gets for texts, too.
          await ask('PATCH', `/api/organizations/${organization.id}`, {
            settings: { text_replies: 'agent' },
          })
        }
        return noted(answer)
      },
      number: () => everywhere((id) => ask('POST', `/api/organizations/${id}/phone-numbers`, {})),
      async agent() {
        const made = await everyOrganization(async (organizationId) => {
          const answer = await createAgent(world, token, { organizationId })
          if (answer.status === 201) {
            agents.push(answer.body.agent_id)
            talks += await talksOf(answer.body.agent_id)
          }
          return noted(answer)
        })
        return made
      },
      /** Another in its place, which may be talked to as often again. */
      async anotherAgent() {
        const [id] = agents.splice(0, 1)
        if (id) await ask('DELETE', `/api/agents/${id}`)
        return false
      },
      agentNumber: async () => {
        const given = await Promise.all(
          agents.map(async (id) => noted(await ask('POST', `/api/agents/${id}/phone-number`, {}))),
        )
        // An agent that has its number answers 409.
        return given.some(Boolean)
      },
      text: () =>
        everywhere(async (id) => {
          const answer = await ask('POST', `/api/organizations/${id}/messages`, {
            to: customer(),
            body: 'é'.repeat(1_600),
          })
          if (answer.status === 201) spent.segments += answer.body.message.segments
          return answer
        }),
      /** Somebody texts, and an agent answers. */
      reply: async () => {
        const before = repliesOf(await atCarriers(world)).texts
        await everyOrganization(async (id) => {
          const { body } = await ask('GET', `/api/organizations/${id}`)
          await deeds.text(customer(), body.organization.phoneNumber, 'Is it still there?')
          return false
        })
        await deeds.answerAll()
        return repliesOf(await atCarriers(world)).texts > before
      },
      media: () =>
        everywhere(async (id) => {
          const mediaUrls = Array.from({ length: 10 }, (_, i) => `https://media.example.com/${i}`)
          const answer = await ask('POST', `/api/organizations/${id}/messages`, {
            to: customer(),
            mediaUrls,
          })
          if (answer.status === 201) {
            spent.segments += 1
            spent.media += 1
          }
          return answer
        }),
      call: () =>
        everywhere(async (organizationId) => {
          const number = customer()
          // It goes on for as long as a call may.
          await control(world, 'POST', 'answers', { number, result: 'answered', delayMs: 600_000 })
          const answer = await ask('POST', '/api/elevenlabs/outbound-call', {
            organizationId,
            phoneNumber: number,
          })
          if (answer.status < 300) spent.calls += 1
          return answer
        }),
      forward: () =>
        everyOrganization(async (id) => {
          const { body } = await ask('PATCH', `/api/organizations/${id}`, {
            settings: { fallback_forward_to: customer() },
          })
          await fault(world, 'elevenlabs', 'registerCall', 'error', { times: 1 })
          const { body: twiml } = await twilioPost(world, '/api/webhooks/call/incoming', {
            CallSid: `CA${randomBytes(16).toString('hex')}`,
            From: customer(),
            To: body.organization.phoneNumber,
            CallStatus: 'ringing',
          })
          const isThrough = twiml.includes('<Dial')
          if (isThrough) spent.forwards += 1
          return isThrough
        }),
    }
    /** What the conversations cost in which agents answered, and how many texts they answered with. */
    function repliesOf({ twilio, elevenlabs }: Awaited<ReturnType<typeof atCarriers>>) {
      type Row = { metadata: { text_only?: boolean; cost_fiat?: number | null } }
      type Sent = { direction: string; body: string }
      const held = (elevenlabs.conversations as Row[]).filter(({ metadata }) => metadata.text_only)
      const cost = held.reduce(
        (sum, { metadata }) => sum + (metadata.cost_fiat ?? 0) * 1_000_000,
        0,
      )
      const texts = (twilio.messages as Sent[]).filter(
        ({ direction, body }) => direction === 'outbound-api' && body.startsWith('This is '),
      )
      return { cost: Math.round(cost), texts: texts.length }
    }
    /** Conversations that an agent may have in a day, as ElevenLabs bounds them. */
    async function talksOf(id: string): Promise<number> {
      const { elevenlabs } = await atCarriers(world)
      const made = elevenlabs.agents.find(({ agent_id }: { agent_id: string }) => agent_id === id)
      return made.platform_settings.call_limits.daily_limit
    }
    function noted({ status, body }: { status: number; body: { code?: string } }): boolean {
      if (status >= 300 && body.code) refused.add(body.code)
      return status < 300
    }
    async function everyOrganization(act: (id: string) => Promise<boolean>): Promise<boolean> {
      const done = await Promise.all(organizations.map(act))
      return done.some(Boolean)
    }
    const everywhere = (act: (id: string) => ReturnType<typeof ask>) =>
      everyOrganization(async (id) => noted(await act(id)))
    /** Whoever erases what it did must not get it back. */
    const eraseAll = () =>
      everyOrganization(async (id) => {
        const { body } = await ask('GET', `/api/organizations/${id}/contacts?limit=200`)
        for (const contact of body.contacts)
          await ask('DELETE', `/api/organizations/${id}/contacts/${contact.id}`)
        return false
      })

    for (let round = 0; round < 12; round += 1) {
      const passed = []
      for (const way of Object.values(ways)) passed.push(await way())
      await eraseAll()
      // A minute later the pace has room again.
      await world.sql("update erased_dials set dialled_at = dialled_at - interval '1 minute'")
      if (!passed.some(Boolean)) break
    }

    const carriers = await atCarriers(world)
    const { twilio } = carriers
    const replies = repliesOf(carriers)
    const cost =
      replies.cost +
      replies.texts * PRICES.segment +
      twilio.numbers.length * PRICES.number +
      spent.segments * PRICES.segment +
      spent.media * PRICES.media +
      spent.calls * PRICES.call +
      talks * PRICES.talk +
      spent.forwards * PRICES.forward
    expect(cost).toBeLessThanOrEqual(10_000_000)
    // It was the sum that stopped it, and not only its parts; and most of that could be had.
    expect([...refused]).toEqual(
      expect.arrayContaining(['account_spend_reached', 'new_number_limit_reached']),
    )
    expect(cost).toBeGreaterThan(9_000_000)
    expect(
      Math.min(
        spent.calls,
        spent.segments,
        spent.media,
        spent.forwards,
        twilio.numbers.length,
        talks,
        replies.texts,
      ),
    ).toBeGreaterThan(0)
  })
})
