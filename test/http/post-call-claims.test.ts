import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aConversation, aFailure, postCall } from '../support/post-call.ts'
import { ADMIN, control, fault, notifications, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what a post-call event claims', () => {
  let world: World
  let mine: string
  let theirs: string
  let myId: string
  let theirId: string
  let customers = 0
  beforeAll(async () => {
    world = await startWorld()
    const [first, second] = [await signUp(world), await signUp(world)]
    ;[mine, theirs] = [first.organization.phoneNumber, second.organization.phoneNumber]
    ;[myId, theirId] = [first.organization.id, second.organization.id]
    await world.sql("update organization_phone_numbers set assigned_at = now() - interval '1 day'")
  })
  afterAll(() => world.stop())

  const aCustomer = () => `+1604555${4700 + customers++}`
  const rowOf = (id: string) =>
    world.sql('select status, summary from calls where id = $1', [id]).then(([row]) => row)
  const rowsOf = (conversation: string) =>
    world.sql('select status, contact_id from calls where conversation_id = $1', [conversation])
  /** A call to my number that is ringing. */
  const ringing = async (caller_id = aCustomer()) => {
    const call = aCall(mine, { caller_id, agent_id: 'agent_mine' })
    const { body } = await askInitiation(world, call)
    return { ...call, id: body.user_id as string }
  }
  const claim = (
    { id, caller_id }: { id: string; caller_id: string },
    fields: Parameters<typeof aConversation>[0] = {},
  ) =>
    aConversation({
      user_id: id,
      agent_id: 'agent_mine',
      ...fields,
      phone: { agent_number: mine, external_number: caller_id, call_sid: '', ...fields.phone },
    })

  test('our id, with numbers and agent that are the call’s, closes it', async () => {
    const call = await ringing()

    const { body } = await postCall(world, claim(call))

    expect(body).toEqual({ result: 'applied' })
    expect(await rowOf(call.id)).toMatchObject({ status: 'completed' })
  })

  test('our id, with nothing told of numbers and agent, closes it', async () => {
    const call = await ringing()
    const unreported = { agent_number: '', external_number: '' }

    await postCall(world, claim(call, { agent_id: '', phone: unreported }))

    expect(await rowOf(call.id)).toMatchObject({ status: 'completed' })
  })

  test('our id, with another organization’s number, is that one’s call and not shown to us', async () => {
    const call = await ringing()
    const event = claim(call, { summary: 'A secret of theirs', phone: { agent_number: theirs } })

    const { body } = await postCall(world, event)

    expect(body).toEqual({ result: 'applied' })
    expect(await rowOf(call.id)).toEqual({ status: 'in-progress', summary: null })
    const rows = await world.sql('select organization_id from calls where conversation_id = $1', [
      event.data.conversation_id,
    ])
    expect(rows).toEqual([{ organization_id: theirId }])
    expect(theirId).not.toBe(myId)
  })

  test('our id, with another customer’s number, is that customer’s call', async () => {
    const call = await ringing()
    const other = aCustomer()

    await postCall(world, claim(call, { phone: { external_number: other } }))

    expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
    const rows = await world.sql('select status from calls where from_number = $1', [other])
    expect(rows).toEqual([{ status: 'completed' }])
  })

  test.each(['+11111111111', '+266696687', 'anonymous', 'client:bob', '+440000000000'])(
    'our id, with %s, that is nobody’s number, is not the call of a customer',
    async (external_number) => {
      const call = await ringing()
      const event = claim(call, { phone: { external_number } })

      await postCall(world, event)

      expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
      expect(await rowsOf(event.data.conversation_id)).toEqual([
        { status: 'completed', contact_id: null },
      ])
    },
  )

  test('our id, of a call whose caller is withheld, told in other words, closes it', async () => {
    const call = await ringing('anonymous')

    await postCall(world, claim(call, { phone: { external_number: '+266696687' } }))

    expect(await rowOf(call.id)).toMatchObject({ status: 'completed' })
  })

  test('our id, with another agent on the same two numbers, is another call', async () => {
    const call = await ringing()
    const event = claim(call, { agent_id: 'agent_other' })

    await postCall(world, event)

    expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
    expect(await rowsOf(event.data.conversation_id)).toMatchObject([{ status: 'completed' }])
  })

  test('no id, with another agent on the same two numbers, is another call', async () => {
    const call = await ringing()
    const event = claim(call, { user_id: null, agent_id: 'agent_other' })

    await postCall(world, event)

    expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
    expect(await rowsOf(event.data.conversation_id)).toMatchObject([{ status: 'completed' }])
  })

  /** A call of mine that was asked for, and of which nobody knows what became. */
  const dialled = async () => {
    const customer = aCustomer()
    // Who answered would end the call, and its own event would tell of that.
    await control(world, 'POST', 'answers', { number: customer, delayMs: null })
    await fault(world, 'elevenlabs', 'outboundCall', 'lost_reply', { ms: 50 })
    await request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
      token: ADMIN,
      body: { organizationId: myId, phoneNumber: customer },
    })
    const [row] = await world.sql<{ id: string; agent_id: string; status: string }>(
      'select id, agent_id, status from calls where to_number = $1',
      [customer],
    )
    return { customer, id: row?.id ?? '', agent: row?.agent_id ?? '', status: row?.status }
  }

  test.each([
    ['of the agent that was to call', (agent: string) => agent, 'applied', 'failed'],
    ['of no agent that it names', () => '', 'applied', 'failed'],
    ['of another agent', () => 'agent_other', 'deferred', 'unknown'],
  ])(
    'the failure, %s, of a call between the same two numbers, is that call’s only as far as told',
    async (_which, agentOf, result, status) => {
      const call = await dialled()
      const event = aFailure(agentOf(call.agent), { from: mine, to: call.customer })

      const { body } = await postCall(world, event)

      expect(call.status).toBe('unknown')
      expect([body.result, (await rowOf(call.id))?.status]).toEqual([result, status])
      await world.sql('delete from webhook_events')
    },
  )

  test('our id, with another agent, is not believed', async () => {
    const call = await ringing()
    const old = { start_time_unix_secs: Math.floor(Date.now() / 1_000) - 3_600 }

    await postCall(world, claim(call, { agent_id: 'agent_other', metadata: old }))

    expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
  })

  test.each(['with our id of a call', 'with the conversation of a call'])(
    'a conversation in a web page, %s, closes nothing and is forgotten',
    async (how) => {
      const call = await ringing()
      const event = claim(call)
      const { conversation_id } = event.data
      if (how.endsWith('of a call') && how.includes('conversation')) {
        await world.sql('update calls set conversation_id = $1 where id = $2', [
          conversation_id,
          call.id,
        ])
      }

      const { body } = await postCall(world, {
        ...event,
        data: { ...event.data, metadata: { ...event.data.metadata, phone_call: null } },
      })

      expect(body).toEqual({ result: 'ignored' })
      expect(await rowOf(call.id)).toMatchObject({ status: 'in-progress' })
      expect(await world.sql('select 1 from webhook_events')).toEqual([])
    },
  )

  test.each([
    ['the end', () => aConversation({ phone: { agent_number: '+12125550020' } })],
    ['the failure', () => aFailure('agent_other', { from: '+12125550020', to: '+16045559999' })],
  ])(
    '%s of another product’s call, is acknowledged, not kept and told to nobody',
    async (_, make) => {
      const { status, body } = await postCall(world, make())

      expect([status, body]).toEqual([200, { result: 'ignored' }])
      expect(await world.sql('select 1 from webhook_events')).toEqual([])
      expect(await notifications(world)).toEqual([])
    },
  )

  test('turns without a message, keep their place and are no part of what is recalled', async () => {
    const call = await ringing()
    const transcript = [
      { role: 'user', message: 'Is it there?' },
      { role: 'agent', message: null, tool_calls: [{ tool_name: 'look_up' }] },
      { role: 'agent', message: 'It is.' },
      { role: 'user' },
    ]

    await postCall(world, claim(call, { transcript }))

    const [row] = await world.sql('select transcript, exchanges from calls where id = $1', [
      call.id,
    ])
    expect(row).toEqual({
      transcript: [
        { role: 'user', message: 'Is it there?' },
        { role: 'agent', message: '' },
        { role: 'agent', message: 'It is.' },
        { role: 'user', message: '' },
      ],
      exchanges: [
        { direction: 'inbound', body: 'Is it there?' },
        { direction: 'outbound', body: 'It is.' },
      ],
    })
  })

  test.each([
    ['proven', {}, [200, 'ignored']],
    ['forged', { secret: 'somebody-elses-secret' }, [403, undefined]],
    ['unsigned', { header: null }, [403, undefined]],
  ])('an audio event of 30 MB, %s, is answered with %s', async (_how, forge, expected) => {
    const event = {
      type: 'post_call_audio',
      event_timestamp: Math.floor(Date.now() / 1_000),
      data: { agent_id: 'agent_mine', conversation_id: 'conv_a', full_audio: 'A'.repeat(30e6) },
    }

    const { status, body } = await postCall(world, event, forge)

    expect([status, body.result]).toEqual(expected)
  })
})
