import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Route } from '../../src/http/route.ts'
import { createAgent } from '../support/agents.ts'
import { aKey } from '../support/api-keys.ts'
import { endpointAnswers } from '../support/documented-endpoints.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import {
  aPoolNumber,
  assign,
  buyAtTwilio,
  enter,
  importInDashboard,
  numberOf,
} from '../support/manual.ts'
import { aConversation, postCall } from '../support/post-call.ts'
import { aLine, type Giving, givingOf } from '../support/quarantine.ts'
import { reconcile } from '../support/reconcile.ts'
import { aPicture, aTalk } from '../support/recordings.ts'
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
import { aCustomer, aDelivery } from '../support/rows.ts'
import { aCall, askInitiation, aText, twilioPost } from '../support/signed.ts'
import { INIT_SECRET, startWorld, type World } from '../support/world.ts'

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
    const agent = await createAgent(world, ADMIN, { organizationId: organization.id })
    values = {
      ...(await aBusyContact(organization.id)),
      organizationId: organization.id,
      phoneNumber: number,
      agentId: agent.body.agent_id,
    }
  })
  afterAll(async () => {
    await stopWithCleanLogs(world)
    await stopWithCleanLogs(hasty)
  })

  /** A manual import that is accepted, and synced later. */
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
    await fault(hasty, 'twilio', 'incomingPhoneNumbers.fetch', 'timeout', { ms: 1 })
    return assign(hasty, phoneNumber, organization.id)
  }

  const get = (path: string) => async () => [
    await request(world.origin, 'GET', path, { token: ADMIN }),
  ]
  /** All of them, and a part. */
  const bytesOf = async (path: string) => [
    await request(world.origin, 'GET', path, { token: ADMIN }),
    await request(world.origin, 'GET', path, { token: ADMIN, headers: { range: 'bytes=0-99' } }),
  ]
  /** A user who is invited by id, with the invite. */
  const anInvite = async () => {
    const user = await aUser(world)
    const owner = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, owner.token)
    const path = `/api/organizations/${organization.id}/members`
    const { token } = owner
    await request(world.origin, 'POST', path, { token, body: { userId: user.id } })
    const { body } = await request(world.origin, 'GET', '/api/invites', { token: user.token })
    return { token: user.token, inviteId: body.invites[0].id as string }
  }
  const onInvite = async (action: string) => {
    const { token, inviteId } = await anInvite()
    return request(world.origin, 'POST', `/api/invites/${inviteId}/${action}`, { token, body: {} })
  }

  const getFilled = (path: string) => () =>
    get(path.replace(':organizationId', values.organizationId ?? ''))()

  const onContacts = (method: string, rest: string, body?: object) => async () => [
    await request(
      world.origin,
      method,
      `/api/organizations/${values.organizationId}/contacts${rest.replace(':contactId', values.contactId ?? '')}`,
      { token: ADMIN, ...(body && { body }) },
    ),
  ]

  /** A contact with something of everything that is kept of one. */
  const aBusyContact = async (organizationId: string) => {
    const customer = await aCustomer(world.database.url, organizationId)
    await world.sql(
      `update calls set transcript = '[{"role": "user", "message": "Is it there?"}]', summary = 'It is.',
         outcome = 'success', started_at = now(), duration_seconds = 12, cost = 20000 where id = $1`,
      [customer.callId],
    )
    await world.sql(
      `insert into opt_outs (organization_id, phone_number, our_number, word)
       select organization_id, phone_number, $2, 'STOP' from contacts where id = $1`,
      [customer.contactId, number],
    )
    await world.sql(
      `insert into do_not_call (organization_id, phone_number)
       select organization_id, phone_number from contacts where id = $1`,
      [customer.contactId],
    )
    return customer
  }

  /** Every way in which a route succeeds, by route; a new route needs its own here. */
  const successes: Record<string, () => Promise<Answer[]>> = {
    'GET /api/organizations/:organizationId/calls/:callId/recording': async () => {
      const talk = await aTalk(world, { id: String(values.organizationId), number }, '+16045558873')
      return bytesOf(talk.recording_url)
    },
    'GET /api/organizations/:organizationId/messages/:messageId/media/:n': async () => {
      const text = await aPicture(
        world,
        { id: String(values.organizationId), number },
        '+16045558873',
      )
      return bytesOf(text.media[0].url)
    },
    'GET /livez': get('/livez'),
    'GET /readyz': get('/readyz'),
    'GET /api/deployment/proof': get(`/api/deployment/proof?nonce=${'0'.repeat(32)}`),
    'POST /api/auth/organizations': async () => [
      (await signUp(world)).answer,
      (await signUp(world, { provisionPhone: false })).answer,
      (await signUp(hasty)).answer,
    ],
    'GET /api/me': async () => {
      const { token } = await signUp(world)
      return [await request(world.origin, 'GET', '/api/me', { token }), ...(await get('/api/me')())]
    },
    'GET /api/organizations/:organizationId/events': getFilled(
      '/api/organizations/:organizationId/events',
    ),
    'GET /api/admin/events': get('/api/admin/events'),
    'GET /api/admin/organizations': get('/api/admin/organizations'),
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
    'GET /api/agents/phone-numbers': get('/api/agents/phone-numbers'),
    'POST /api/agents/:agentId/phone-number': async () => [
      await onAgent(await anAgent(world), 'POST', '/phone-number', {}),
      await onAgent(await anAgent(hasty), 'POST', '/phone-number', {}),
    ],
    'DELETE /api/agents/:agentId/phone-number': async () => {
      const answers = [
        await onAgent(await anAgent(world, { provision_phone: true }), 'DELETE', '/phone-number'),
      ]
      const agent = await anAgent(world, { provision_phone: true })
      await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { times: 99 })
      answers.push(await onAgent(agent, 'DELETE', '/phone-number'))
      await control(world, 'DELETE', 'faults')
      return answers
    },
    'POST /api/agents': async () => [
      await createAgent(world, ADMIN, { organizationId: values.organizationId }),
      await createAgent(hasty, (await signUp(hasty, { provisionPhone: false })).token),
    ],
    'GET /api/agents': get('/api/agents'),
    'GET /api/agents/:agentId': () => get(`/api/agents/${values.agentId}`)(),
    'PATCH /api/agents/:agentId': async () => {
      const agent = await anAgent(world)
      const answers = [await onAgent(agent, 'PATCH', '', { agent_name: 'Mia' })]
      await fault(world, 'elevenlabs', 'agents.update', 'error')
      answers.push(await onAgent(agent, 'PATCH', '', { agent_name: 'Zoe' }))
      return answers
    },
    'DELETE /api/agents/:agentId': async () => {
      const answers = [await onAgent(await anAgent(world), 'DELETE', '')]
      const agent = await anAgent(world, { provision_phone: true })
      await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { times: 99 })
      answers.push(await onAgent(agent, 'DELETE', ''))
      await control(world, 'DELETE', 'faults')
      return answers
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
    'POST /api/admin/erasures': async () => {
      const { organization } = await signUp(world, { provisionPhone: false })
      const erasure = {
        organizationId: organization.id,
        contactIds: [crypto.randomUUID()],
        customers: ['0'.repeat(64)],
        erasedAt: new Date().toISOString(),
      }
      return [
        await request(world.origin, 'POST', '/api/admin/erasures', {
          token: ADMIN,
          body: { erasures: [erasure, { ...erasure, organizationId: crypto.randomUUID() }] },
        }),
      ]
    },
    'POST /api/admin/provision': async () => {
      const { organization } = await signUp(world, { provisionPhone: false })
      const send = (body: object) =>
        request(world.origin, 'POST', '/api/admin/provision', { token: ADMIN, body })
      return [
        await send({ all: true, dryRun: true }),
        await send({ organizations: [{ organizationId: organization.id }, { slug: 'nobody' }] }),
        await send({ organizations: [{ slug: organization.slug }] }),
      ]
    },
    'GET /api/admin/phone-numbers/pool/status': get('/api/admin/phone-numbers/pool/status'),
    'GET /api/admin/phone-numbers': get('/api/admin/phone-numbers'),
    'GET /api/admin/phone-numbers/:phoneNumber/history': () =>
      get(`/api/admin/phone-numbers/${values.phoneNumber}/history`)(),
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
    'PATCH /api/organizations/:organizationId/phone-numbers/:phoneNumber': async () => {
      const { organization } = await signUp(world)
      const { id, phoneNumber } = organization
      return [
        await request(
          world.origin,
          'PATCH',
          `/api/organizations/${id}/phone-numbers/${phoneNumber}`,
          { token: ADMIN, body: { settings: { routing: { open: [{ to: 'agent' }] } } } },
        ),
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
    'GET /api/admin/audit': get('/api/admin/audit'),
    'GET /api/admin/activity': get('/api/admin/activity'),
    'GET /api/admin/health': get('/api/admin/health'),
    'GET /api/organizations/:organizationId/audit': getFilled(
      '/api/organizations/:organizationId/audit',
    ),
    'GET /api/invites': async () => {
      const { token } = await anInvite()
      return [await request(world.origin, 'GET', '/api/invites', { token })]
    },
    'POST /api/invites/:inviteId/accept': async () => [await onInvite('accept')],
    'POST /api/invites/:inviteId/decline': async () => [await onInvite('decline')],
    ...endpointAnswers(
      () => world,
      () => values.organizationId ?? '',
    ),
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
    'GET /api/organizations/:organizationId/contacts': onContacts('GET', ''),
    'POST /api/organizations/:organizationId/contacts': onContacts('POST', '', {
      phoneNumber: '+16045558803',
      name: 'Ada',
      leadStatus: 'Active Lead',
    }),
    'GET /api/organizations/:organizationId/contacts/:contactId': onContacts('GET', '/:contactId'),
    'PUT /api/organizations/:organizationId/contacts/:contactId': onContacts('PUT', '/:contactId', {
      leadId: 'L-7',
    }),
    'DELETE /api/organizations/:organizationId/contacts/:contactId': async () => {
      const { contactId } = await aCustomer(world.database.url, values.organizationId ?? '')
      return onContacts('DELETE', `/${contactId}`)()
    },
    'POST /api/organizations/:organizationId/contacts/:contactId/merge': async () => {
      const { contactId } = await aCustomer(world.database.url, values.organizationId ?? '')
      return onContacts('POST', '/:contactId/merge', { from: contactId })()
    },
    'GET /api/organizations/:organizationId/contacts/:contactId/timeline': onContacts(
      'GET',
      '/:contactId/timeline',
    ),
    'GET /api/organizations/:organizationId/contacts/:contactId/export': onContacts(
      'GET',
      '/:contactId/export',
    ),
    'GET /api/organizations/:organizationId/usage': getFilled(
      '/api/organizations/:organizationId/usage',
    ),
    'GET /api/admin/usage': get('/api/admin/usage'),
    'GET /api/organizations/:organizationId/calls': getFilled(
      '/api/organizations/:organizationId/calls',
    ),
    'GET /api/organizations/:organizationId/calls/:callId': async () => [
      await request(
        world.origin,
        'GET',
        `/api/organizations/${values.organizationId}/calls/${values.callId}`,
        { token: ADMIN },
      ),
    ],
    'POST /api/webhooks/twilio/sms': async () => [
      await twilioPost(world, '/api/webhooks/twilio/sms', aText(number)),
    ],
    'POST /api/webhooks/twilio/sms/fallback': async () => [
      await twilioPost(world, '/api/webhooks/twilio/sms/fallback', aText(number)),
    ],
    'POST /api/webhooks/call/incoming': async () => {
      const ring = (CallSid: string, To: string) =>
        twilioPost(world, '/api/webhooks/call/incoming', { CallSid, To, From: '+16045558803' })
      const [agent, refused] = [await ring('CA1', number), await ring('CA2', '+16045558804')]
      await fault(world, 'elevenlabs', 'registerCall', 'garbage')
      return [agent, refused, await ring('CA3', number)]
    },
    'POST /api/webhooks/call/forwarded': () =>
      Promise.all(
        ['completed', 'no-answer'].map((DialCallStatus) =>
          twilioPost(world, '/api/webhooks/call/forwarded', { DialCallStatus }),
        ),
      ),
    'POST /api/webhooks/call/voicemail': async () => [
      await twilioPost(world, '/api/webhooks/call/voicemail', {
        CallSid: 'CA3',
        RecordingUrl: 'https://api.twilio.com/Recordings/RE1',
      }),
    ],
    'POST /api/webhooks/twilio/call-status': async () => [
      await twilioPost(world, '/api/webhooks/twilio/call-status', {
        CallSid: 'CA3',
        CallStatus: 'completed',
        CallDuration: '3',
      }),
    ],
    'POST /api/webhooks/twilio/message-status': async () => [
      await twilioPost(world, '/api/webhooks/twilio/message-status', {
        MessageSid: 'SM1',
        MessageStatus: 'sent',
      }),
    ],
    'POST /api/organizations/:organizationId/messages': async () => {
      const text = () => onMessages('POST', '', { to: '+16045558805', body: 'Hello' })
      const sent = await text()
      await fault(world, 'twilio', 'messages.create', 'timeout', { ms: 1 })
      return [sent, await text()]
    },
    'GET /api/organizations/:organizationId/messages': async () => [await onMessages('GET', '')],
    'GET /api/organizations/:organizationId/messages/:messageId': async () => {
      const { body } = await onMessages('GET', '')
      return [await onMessages('GET', `/${body.messages[0].id}`)]
    },
    'POST /api/webhooks/elevenlabs/conversation-initiation': async () => [
      await askInitiation(world, aCall(number)),
      await askInitiation(world, {}),
    ],
    'POST /api/webhooks/elevenlabs/agents/:agentId/transfer': async () => {
      const { body: agent } = await createAgent(world, ADMIN, {
        organizationId: values.organizationId,
        provision_phone: false,
      })
      const call = aCall(number, { agent_id: agent.agent_id })
      const { body } = await askInitiation(world, call)
      const path = `/api/webhooks/elevenlabs/agents/${agent.agent_id}/transfer`
      return [
        await request(world.origin, 'POST', path, {
          headers: { 'x-orgline-secret': INIT_SECRET },
          body: { call_id: body.dynamic_variables.call_id },
        }),
      ]
    },
    'POST /api/webhooks/call/whisper': async () => [
      await twilioPost(world, '/api/webhooks/call/whisper?call=CA3', { ParentCallSid: 'CA3' }),
    ],
    'POST /api/elevenlabs/outbound-call': async () => {
      const body = { organizationId: values.organizationId, phoneNumber: '+16045558802' }
      const call = () =>
        request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
          token: ADMIN,
          body,
          headers: { 'idempotency-key': randomUUID() },
        })
      const dialled = await call()
      await fault(world, 'elevenlabs', 'outboundCall', 'timeout', { ms: 1 })
      return [dialled, await call()]
    },
    'GET /api/organizations/:organizationId/do-not-call': getFilled(
      '/api/organizations/:organizationId/do-not-call',
    ),
    'POST /api/organizations/:organizationId/do-not-call': () => onDoNotCall('POST', 'own'),
    'DELETE /api/organizations/:organizationId/do-not-call/:phoneNumber': () =>
      onDoNotCall('DELETE', 'own'),
    'GET /api/admin/do-not-call': get('/api/admin/do-not-call'),
    'POST /api/admin/do-not-call': () => onDoNotCall('POST', 'everybody'),
    'DELETE /api/admin/do-not-call/:phoneNumber': () => onDoNotCall('DELETE', 'everybody'),
    'POST /api/webhooks/elevenlabs/post-call': async () => [
      await postCall(world, { type: 'post_call_audio' }),
      await postCall(world, aConversation({ conversation_id: 'conv_unknown' })),
    ],
  }

  const anAgent = async (where: World, fields: object = {}) => {
    const { organization } = await signUp(where, { provisionPhone: false })
    const { body } = await createAgent(where, ADMIN, {
      organizationId: organization.id,
      provision_phone: false,
      ...fields,
    })
    return { where, id: body.agent_id as string }
  }
  const onAgent = (
    { where, id }: { where: World; id: string },
    method: string,
    rest: string,
    body?: object,
  ) =>
    request(where.origin, method, `/api/agents/${id}${rest}`, {
      token: ADMIN,
      ...(body && { body }),
    })

  const crm = { name: 'CRM', scopes: ['read', 'calls:write'] }
  const onKeys = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${values.organizationId}/api-keys${rest}`, {
      token: ADMIN,
      ...(body && { body }),
    })

  const onMessages = (method: string, rest: string, body?: object) =>
    request(world.origin, method, `/api/organizations/${values.organizationId}/messages${rest}`, {
      token: ADMIN,
      ...(body && { body, headers: { 'idempotency-key': randomUUID() } }),
    })

  /** Twice each. What is taken off was not there, so that the list has something to show. */
  const onDoNotCall = async (method: 'POST' | 'DELETE', whose: 'own' | 'everybody') => {
    const path =
      whose === 'own'
        ? `/api/organizations/${values.organizationId}/do-not-call`
        : '/api/admin/do-not-call'
    const once = () =>
      method === 'POST'
        ? request(world.origin, 'POST', path, {
            token: ADMIN,
            body: { phoneNumber: '+16045558891', reason: 'Asked by letter' },
          })
        : request(world.origin, 'DELETE', `${path}/+16045558892`, { token: ADMIN })
    return [await once(), await once()]
  }

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
      `insert into number_orders (organization_id, cause, country, status) values ($1, 'admin', 'CA', 'needs_attention') returning id`,
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
        if (schema === 'bytes') {
          expect(headers.get('content-disposition')).toMatch(/^inline; filename="[\w.-]+"$/)
          expect(body.length).toBeGreaterThan(0)
        } else if (schema === 'xml') {
          expect(headers.get('content-type')).toMatch(/^text\/xml/)
          expect(body).toMatch(/^<\?xml [^>]*\?><Response.*>$/s)
        } else if (schema === 'events') {
          expect(headers.get('content-type')).toMatch(/^text\/event-stream/)
          expect(body).toMatch(/^retry: \d+\nid: \S+\n\n/)
        } else {
          expect(headers.get('content-type')).toMatch(/^application\/json/)
          expect(schema?.parse(body)).toEqual(body)
        }
      }
    },
  )

  // What a user has of their own, an operator has not: own-organizations shows it.
  const forOperators = ({ operationId, method, guard }: Route) =>
    method === 'get' &&
    guard !== 'public' &&
    !['getMe', 'getRecording', 'getMedium'].includes(operationId)

  test.each(routesWhere(forOperators))(
    '%s, sent above, had something to show',
    async (name, route) => {
      const { token } = await aUser(world)

      const endpoint = route.path.includes(':endpointId')
        ? await aDelivery(
            world.database.url,
            route.guard === 'admin' ? null : (values.organizationId ?? ''),
          )
        : {}
      const path = pathOf(route, { ...values, ...endpoint }) + queryOf(route, number)
      const own = await request(world.origin, 'GET', path, { token: ADMIN })
      const foreign = await request(world.origin, 'GET', path, { token })

      const lists = Object.values(own.body).filter(Array.isArray)
      // An operator is invited to nothing; whoever is, above, saw it.
      if (name !== 'GET /api/invites')
        for (const list of lists) expect(list.length, name).toBeGreaterThan(0)
      // A list of what is the caller's own is empty for a stranger.
      const shown = Object.values(foreign.body).filter(Array.isArray).flat()
      if (foreign.status === 200) expect(shown).toEqual([])
      else expect(foreign.status).toBeGreaterThanOrEqual(403)
    },
  )
})
