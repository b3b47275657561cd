import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import {
  aPoolNumber,
  assign,
  buyAtTwilio,
  enter,
  importInDashboard,
  numberOf,
} from '../support/by-hand.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import {
  ADMIN,
  type Answer,
  aUser,
  fault,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { pathOf, routesWhere } from '../support/route-table.ts'
import { aCall, askInitiation, aText, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('replies, as documented', () => {
  let world: World
  /** A world whose requests wait for nothing, so that their answers tell of work under way. */
  let hasty: World
  let number: string
  let elevenLabsPhoneId: string
  let values: Record<string, string>
  beforeAll(async () => {
    ;[world, hasty] = await Promise.all([
      startWorld(),
      startWorld({ settings: { SIGNUP_WAIT_MS: '0', ELEVENLABS_IMPORT: 'manual' } }),
    ])
    const { organization } = await signUp(world)
    number = organization.phoneNumber
    const [row] = await world.sql<{ id: string }>(
      'select elevenlabs_phone_id as id from phone_numbers',
    )
    elevenLabsPhoneId = row?.id ?? ''
    await twilioPost(world, '/api/webhooks/twilio/sms', aText('+16045558801'))
    values = { organizationId: organization.id, phoneNumber: number }
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    await stopWithCleanLogs(hasty)
  })

  /** An import by hand that is accepted, and settled later. */
  const activateWhileTwilioIsAway = async () => {
    const { organization } = await signUp(hasty)
    await runOrders(hasty)
    const phoneNumber = await numberOf(hasty, organization.id)
    const id = await importInDashboard(hasty, phoneNumber)
    await fault(hasty, 'twilio', 'incomingPhoneNumbers.fetch', 'timeout', { ms: 1 })
    return request(hasty.origin, 'POST', `/api/admin/phone-numbers/${phoneNumber}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId: id },
    })
  }

  /** A number that is given away, and verified later. */
  const assignWithoutWaiting = async () => {
    const { organization } = await signUp(hasty, { provisionPhone: false })
    const { phoneNumber } = await buyAtTwilio(hasty)
    await enter(hasty, {
      phoneNumber,
      elevenLabsPhoneId: await importInDashboard(hasty, phoneNumber),
    })
    await runOrders(hasty)
    return assign(hasty, phoneNumber, organization.id)
  }

  const get = (path: string) => async () => [
    await request(world.origin, 'GET', path, { token: ADMIN }),
  ]
  const getFilled = (path: string) => () =>
    get(path.replace(':organizationId', values.organizationId ?? ''))()

  /** Every way in which a route succeeds, by route; a new route needs its own here. */
  const successes: Record<string, () => Promise<Answer[]>> = {
    'GET /livez': get('/livez'),
    'GET /readyz': get('/readyz'),
    'POST /api/auth/organizations': async () => [
      (await signUp(world)).answer,
      (await signUp(world, { provisionPhone: false })).answer,
      (await signUp(hasty)).answer,
    ],
    'GET /api/organizations/:organizationId': getFilled('/api/organizations/:organizationId'),
    'PATCH /api/organizations/:organizationId': async () => [
      await request(world.origin, 'PATCH', `/api/organizations/${values.organizationId}`, {
        token: ADMIN,
        body: { settings: { confirm_caller_name: true }, defaultPhoneNumber: number },
      }),
    ],
    'GET /api/organizations/:organizationId/members': getFilled(
      '/api/organizations/:organizationId/members',
    ),
    'POST /api/organizations/:organizationId/members': async () => {
      const invite = () => onMembers('POST', '', { email: 'invited@example.com' })
      return [
        await invite(),
        await invite(),
        await onMembers('POST', '', { userId: crypto.randomUUID() }),
      ]
    },
    'DELETE /api/organizations/:organizationId/members/:memberId': async () => {
      const email = 'uninvited@example.com'
      await onMembers('POST', '', { email })
      return [await onMembers('DELETE', `/${email}`)]
    },
    'GET /api/organizations/:organizationId/phone-numbers': getFilled(
      '/api/organizations/:organizationId/phone-numbers',
    ),
    'GET /api/admin/phone-numbers': get('/api/admin/phone-numbers'),
    'POST /api/admin/phone-numbers/:phoneNumber/activate': async () => [
      await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
        token: ADMIN,
        body: { elevenLabsPhoneId },
      }),
      await activateWhileTwilioIsAway(),
    ],
    'POST /api/admin/phone-numbers': async () => {
      const { organization } = await signUp(world, { provisionPhone: false })
      const [own, pool, manual] = [
        await buyAtTwilio(world),
        await buyAtTwilio(world),
        await buyAtTwilio(hasty),
      ]
      return [
        await enter(world, { phoneNumber: own.phoneNumber, organizationId: organization.id }),
        await enter(world, { phoneNumber: pool.phoneNumber }),
        await enter(hasty, { phoneNumber: manual.phoneNumber }),
      ]
    },
    'POST /api/admin/phone-numbers/:phoneNumber/assign': async () => {
      const { organization } = await signUp(world, { provisionPhone: false })
      return [
        await assign(world, await aPoolNumber(world), organization.id),
        await assignWithoutWaiting(),
      ]
    },
    'POST /api/admin/organizations/:organizationId/phone-numbers/purchase': async () => {
      const buy = async (where: World) => {
        const { organization } = await signUp(where, { provisionPhone: false })
        const path = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
        return request(where.origin, 'POST', path, { token: ADMIN, body: {} })
      }
      return [await buy(world), await buy(hasty)]
    },
    'GET /api/admin/orders': get('/api/admin/orders'),
    'POST /api/admin/orders/:orderId/retry': async () => [await onNewOrder('retry')],
    'POST /api/admin/orders/:orderId/cancel': async () => [await onNewOrder('cancel')],
    'GET /api/admin/notifications': get('/api/admin/notifications'),
    'POST /api/admin/notifications/:notificationId/resolve': async () => {
      const [row] = await world.sql<{ id: string }>('select id from admin_notifications')
      return [
        await request(world.origin, 'POST', `/api/admin/notifications/${row?.id}/resolve`, {
          token: ADMIN,
        }),
      ]
    },
    'POST /api/webhooks/twilio/sms': async () => [
      await twilioPost(world, '/api/webhooks/twilio/sms', aText(number)),
    ],
    'POST /api/webhooks/twilio/sms/fallback': async () => [
      await twilioPost(world, '/api/webhooks/twilio/sms/fallback', aText(number)),
    ],
    'POST /api/webhooks/call/incoming': async () => [
      await twilioPost(world, '/api/webhooks/call/incoming', { CallSid: 'CA1', To: number }),
    ],
    'POST /api/webhooks/elevenlabs/conversation-initiation': async () => [
      await askInitiation(world, aCall(number)),
      await askInitiation(world, {}),
    ],
    'POST /api/elevenlabs/outbound-call': async () => {
      const body = { organizationId: values.organizationId, phoneNumber: '+16045558802' }
      const call = () =>
        request(world.origin, 'POST', '/api/elevenlabs/outbound-call', { token: ADMIN, body })
      const dialled = await call()
      await fault(world, 'elevenlabs', 'outboundCall', 'timeout', { ms: 1 })
      return [dialled, await call()]
    },
    'POST /api/webhooks/elevenlabs/post-call': async () => [
      await postCall(world, { type: 'post_call_audio' }),
      await postCall(world, aConversation({ conversation_id: 'conv_unknown' })),
    ],
  }

  const onMembers = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${values.organizationId}/members${rest}`, {
      token: ADMIN,
      ...(body && { body }),
    })

  async function onNewOrder(action: string): Promise<Answer> {
    const [row] = await world.sql<{ id: string }>(
      `insert into number_orders (organization_id, cause, country, status) values ($1, 'admin', 'CA', 'needs_person') returning id`,
      [values.organizationId],
    )
    return request(world.origin, 'POST', `/api/admin/orders/${row?.id}/${action}`, { token: ADMIN })
  }

  test.each(routesWhere(() => true))(
    '%s, succeeding in each of its ways, answers what its schema says and no more',
    async (name, route) => {
      const succeed = successes[name]
      if (!succeed) throw new Error(`no success is tried of ${name}`)

      const answers = await succeed()

      const statuses = [...new Set(answers.map(({ status }) => status))].sort()
      expect(statuses).toEqual(Object.keys(route.replies).map(Number))
      for (const { status, headers, body } of answers) {
        const schema = route.replies[status]
        if (schema === 'xml') {
          expect(headers.get('content-type')).toMatch(/^text\/xml/)
          expect(body).toMatch(/^<\?xml [^>]*\?><Response.*>$/s)
        } else {
          expect(headers.get('content-type')).toMatch(/^application\/json/)
          expect(schema?.parse(body)).toEqual(body)
        }
      }
    },
  )

  test.each(routesWhere(({ method, guard }) => method === 'get' && guard !== 'public'))(
    '%s, sent above, had something to show',
    async (name, route) => {
      const { token } = await aUser(world)

      const own = await request(world.origin, 'GET', pathOf(route, values), { token: ADMIN })
      const foreign = await request(world.origin, 'GET', pathOf(route, values), { token })

      const lists = Object.values(own.body).filter(Array.isArray)
      for (const list of lists) expect(list.length, name).toBeGreaterThan(0)
      expect(foreign.status).toBeGreaterThanOrEqual(403)
    },
  )
})
