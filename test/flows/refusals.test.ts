import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { aConversation, postCall } from '../support/post-call.ts'
import { expectProblem } from '../support/problems.ts'
import { control, request, signUp } from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const customers = (function* () {
  for (let number = 16045558800; ; number += 1) yield `+${number}`
})()
const aCustomer = () => customers.next().value as string

describe('who wants to hear no more', () => {
  let world: World
  let dealer: Awaited<ReturnType<typeof signUp>>
  beforeAll(async () => {
    world = await startWorld()
    dealer = await signUp(world)
  })
  afterAll(() => world.stop())

  const ask = (method: string, path: string, body?: unknown, who = dealer) =>
    request(world.origin, method, `/api/organizations/${who.organization.id}/${path}`, {
      token: who.token,
      ...(body !== undefined && { body }),
    })
  const send = (to: string, who = dealer) =>
    ask('POST', 'messages', { to, body: 'Still interested?' }, who)
  const says = (from: string, body: string, who = dealer) =>
    control(world, 'POST', 'sms', { from, to: who.organization.phoneNumber, body })
  const heard = async (from: string) => {
    const { body } = await ask('GET', `messages?direction=inbound&limit=200`)
    return body.messages.find((each: { from: string }) => each.from === from)?.keyword
  }

  test.each([
    ...['Stop.', 'opt-out', 'unsubscribe!', 'stop texting me', 'ＳＴＯＰ', '“Stop”', 'Please stop'],
    ...['désabonnez-moi', 'Ne m’écrivez plus', 'no más mensajes', 'darme de baja'],
  ])('texts, after %j, go on no more, and what it was taken for is shown', async (words) => {
    const customer = aCustomer()
    await says(customer, words)

    const refused = await send(customer)

    expectProblem(refused, 409, 'opted_out')
    expect(await heard(customer)).toBe('stop')
  })

  test.each(['Loved “Yes”', 'Liked “START”', 'Yes', 'yes!'])(
    'an answer, %j, of who has not opted out, is no keyword',
    async (words) => {
      const customer = aCustomer()
      await says(customer, words)

      expect(await heard(customer)).toBeNull()
      expect((await send(customer)).status).toBe(201)
    },
  )

  test.each(['Loved “Stop”', '👍 to “STOP”'])('a reaction, %j, opts nobody out', async (words) => {
    const customer = aCustomer()
    await says(customer, words)

    expect((await send(customer)).status).toBe(201)
  })

  test('any other text, after a STOP, does not lift it', async () => {
    const customer = aCustomer()
    await says(customer, 'STOP')
    await says(customer, 'Hello')

    expect(await heard(customer)).toBeNull()
    expectProblem(await send(customer), 409, 'opted_out')
  })

  test('a reaction to a yes, after a STOP, does not lift it, and a YES does', async () => {
    const customer = aCustomer()
    await says(customer, 'STOP')
    await says(customer, 'Loved “Yes”')
    const refused = await send(customer)
    await says(customer, 'Yes')

    const sent = await send(customer)

    expectProblem(refused, 409, 'opted_out')
    expect(sent.status).toBe(201)
    expect(await heard(customer)).toBe('start')
  })

  test('a customer, who tells an agent not to be called again, is called by that organization no more', async () => {
    const other = await signUp(world)
    const customer = aCustomer()
    const { conversationId } = await control(world, 'POST', 'calls', {
      from: customer,
      to: dealer.organization.phoneNumber,
      says: ['Please do not call me again'],
    })
    const call = (who: typeof dealer) =>
      request(world.origin, 'POST', '/api/elevenlabs/outbound-call', {
        token: who.token,
        body: { organizationId: who.organization.id, phoneNumber: customer },
      })

    expectProblem(await call(dealer), 403, 'do_not_call')
    expect((await call(other)).status).toBe(200)
    const { body: calls } = await ask('GET', 'calls')
    const { id } = calls.calls.find((c: { conversation_id: string }) => {
      return c.conversation_id === conversationId
    })
    const { body } = await ask('GET', `do-not-call?phoneNumber=${encodeURIComponent(customer)}`)
    expect(body.doNotCall).toMatchObject([
      { phone_number: customer, heard_in_call: id, created_by: null, reason: null },
    ])

    // Taken off manually it stays off, also where the same end is told again.
    await ask('DELETE', `do-not-call/${encodeURIComponent(customer)}`)
    await control(world, 'POST', 'post-call', { conversationId })
    expect((await call(dealer)).status).toBe(200)
  })

  test.each(['inbound', 'outbound'])(
    'a customer, who says so on an %s call whose report tells no numbers, is on the list',
    async (direction) => {
      const customer = aCustomer()
      const call = aCall(dealer.organization.phoneNumber, { caller_id: customer })
      const { body } = await askInitiation(world, call)
      if (direction === 'outbound') {
        await world.sql(
          `update calls set direction = 'outbound', from_number = to_number, to_number = from_number
           where id = $1`,
          [body.user_id],
        )
      }
      const event = aConversation({
        user_id: body.user_id,
        phone: { agent_number: '', external_number: '', call_sid: '' },
      })
      const reported = { data_collection_results: { do_not_call: { value: true } } }

      await postCall(world, {
        ...event,
        data: { ...event.data, analysis: { ...event.data.analysis, ...reported } },
      })

      const list = await ask('GET', `do-not-call?phoneNumber=${encodeURIComponent(customer)}`)
      expect(list.body.doNotCall).toMatchObject([{ heard_in_call: body.user_id }])
    },
  )

  test('a customer, who says nothing of the sort, is on no list', async () => {
    const customer = aCustomer()
    await control(world, 'POST', 'calls', {
      from: customer,
      to: dealer.organization.phoneNumber,
      says: ['Call me tomorrow'],
    })

    const { body } = await ask('GET', `do-not-call?phoneNumber=${encodeURIComponent(customer)}`)

    expect(body.doNotCall).toEqual([])
  })
})
