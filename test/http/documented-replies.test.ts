import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aKey } from '../support/api-keys.ts'
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
import { aLine, type Giving, givingOf } from '../support/quarantine.ts'
import { reconcile } from '../support/reconcile.ts'
import {
  ADMIN,
  type Answer,
  aUser,
  control,
  fault,
  request,
  runOrders,
  signUp,
} from '../support/requests.ts'
import { pathOf, queryOf, routesWhere } from '../support/route-table.ts'
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
      startWorld({
        settings: { SIGNUP_WAIT_MS: '0', BATCH_WAIT_MS: '0', ELEVENLABS_IMPORT: 'manual' },
      }),
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
    'GET /api/organizations/:organizationId/api-keys': getFilled(
      '/api/organizations/:organizationId/api-keys',
    ),
    'POST /api/organizations/:organizationId/api-keys': async () => [await onKeys('POST', '', crm)],
    'DELETE /api/organizations/:organizationId/api-keys/:keyId': async () => {
      const { id } = await aKey(world, values.organizationId ?? '', ['read'])
      return [await onKeys('DELETE', `/${id}`)]
    },
    'GET /api/organizations/:organizationId/phone-numbers': getFilled(
      '/api/organizations/:organizationId/phone-numbers',
    ),
    'POST /api/organizations/:organizationId/phone-numbers': async () => {
      const another = async (where: World, areaCode: string) => {
        const { organization } = await signUp(where, { provisionPhone: false })
        const path = `/api/organizations/${organization.id}/phone-numbers`
        return request(where.origin, 'POST', path, { token: ADMIN, body: { areaCode } })
      }
      await aPoolNumber(world)
      return [await another(world, '604'), await another(world, '604'), await another(hasty, '415')]
    },
    'POST /api/admin/phone-numbers/batch-purchase': async () => {
      const path = '/api/admin/phone-numbers/batch-purchase'
      const send = (where: World, body: object) =>
        request(where.origin, 'POST', path, { token: ADMIN, body })
      return [
        await send(world, { count: 2, areaCode: '778' }),
        await send(world, { count: 1, areaCode: '236', areaCodeOnly: true }),
        await send(hasty, { count: 1 }),
      ]
    },
    'POST /api/admin/phone-numbers/batch-activate': async () => [
      await request(world.origin, 'POST', '/api/admin/phone-numbers/batch-activate', {
        token: ADMIN,
        body: { phoneNumbers: [{ phoneNumber: number, elevenLabsPhoneId }, 'nonsense'] },
      }),
    ],
    'GET /api/admin/phone-numbers/pool/status': get('/api/admin/phone-numbers/pool/status'),
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
    'DELETE /api/organizations/:organizationId/phone-numbers/:phoneNumber': () =>
      inQuarantine('release', () => aLine(world).then((line) => line.organization)),
    'POST /api/organizations/:organizationId/phone-numbers/:phoneNumber/restore': () =>
      inQuarantine('restore', () => aLine(world).then((line) => line.organization)),
    'POST /api/admin/phone-numbers/:phoneNumber/release': () =>
      inQuarantine('release', async () => givingOf(world, await aPoolNumber(world))),
    'POST /api/admin/phone-numbers/:phoneNumber/restore': () =>
      inQuarantine('restore', async () => givingOf(world, await aPoolNumber(world))),
    'POST /api/admin/organizations/:organizationId/phone-numbers/purchase': async () => {
      const buy = async (where: World) => {
        const { organization } = await signUp(where, { provisionPhone: false })
        const path = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
        return request(where.origin, 'POST', path, { token: ADMIN, body: {} })
      }
      return [await buy(world), await buy(hasty)]
    },
    'POST /api/admin/reconcile': async () => [await reconcile(world, { mode: 'repair' })],
    'GET /api/admin/reconcile': async () => {
      await reconcile(world, { mode: 'dry-run' })
      return get('/api/admin/reconcile')()
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
    'GET /api/admin/routes/explain': async () => {
      const from = '+16045558801'
      const queries = [
        { to: number, from },
        { to: number, at: new Date().toISOString() },
      ]
      return Promise.all(
        queries.map((query) => get(`/api/admin/routes/explain?${new URLSearchParams(query)}`)()),
      ).then((answers) => answers.flat())
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

  const crm = { name: 'CRM', scopes: ['read', 'calls:write'] }
  const onKeys = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${values.organizationId}/api-keys${rest}`, {
      token: ADMIN,
      ...(body && { body }),
    })

  const onMembers = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${values.organizationId}/members${rest}`, {
      token: ADMIN,
      ...(body && { body }),
    })

  /** Releases or restores a number, once with Twilio there and once with Twilio away. */
  async function inQuarantine(
    what: keyof Giving,
    aGiving: () => Promise<Giving>,
  ): Promise<Answer[]> {
    const answers: Answer[] = []
    for (const isAway of [false, true]) {
      const giving = await aGiving()
      if (what === 'restore') await giving.release()
      if (isAway) await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { times: 99 })
      answers.push(await giving[what]())
      await control(world, 'DELETE', 'faults')
    }
    return answers
  }

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

      const path = pathOf(route, values) + queryOf(route, number)
      const own = await request(world.origin, 'GET', path, { token: ADMIN })
      const foreign = await request(world.origin, 'GET', path, { token })

      const lists = Object.values(own.body).filter(Array.isArray)
      for (const list of lists) expect(list.length, name).toBeGreaterThan(0)
      expect(foreign.status).toBeGreaterThanOrEqual(403)
    },
  )
})
