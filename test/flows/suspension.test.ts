import { randomUUID } from 'node:crypto'
import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test, vi } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { OPERATOR } from '../support/actors.ts'
import { releaseHeld } from '../support/held.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { aPoolNumber, assign, numberOf } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { aCall, askInitiation } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a suspended organization', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const setStatus = (id: string, status: string) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { status } })
  const callTo = (to: string) => control(world, 'POST', 'calls', { from: '+16045559770', to })
  const voiceUrlOf = async (number: string): Promise<string> =>
    (await atCarriers(world)).twilio.numbers.find(
      (row: { phone_number: string }) => row.phone_number === number,
    ).voice_url
  const ourVoice = () => `${world.origin}/api/webhooks/call/incoming`
  const due = () =>
    world.sql<{ phone_number: string }>(
      'select phone_number from phone_numbers where sync_due_at is not null',
    )
  /** Runs the loop until nothing is due any more. */
  const syncAll = () =>
    expect
      .poll(async () => {
        await world.context.phoneNumbers.syncDue.tick(new AbortController().signal)
        return due()
      })
      .toEqual([])

  /** The sync functions, as a worker of another server calls them. */
  const call = (name: string, args: unknown[]) =>
    world.sql<{
      reply: { claim?: { number: { id: string }; lease: string }; synced?: boolean }
    }>(`select ${name}(${args.map((_, index) => `$${index + 1}`)}) as reply`, args)
  /** Of the server that claims. */
  const settings = ['elevenlabs', 'agent_ours', 'https://line.example.com']

  test('has its callers told that it is not in service, keeps its texts, and comes back when resumed', async () => {
    const { organization } = await signUp(world, { name: 'Paused Motors' })
    const number = organization.phoneNumber
    const agentVoice = await voiceUrlOf(number)

    const suspended = await setStatus(organization.id, 'suspended')

    expect(suspended).toMatchObject({
      status: 200,
      body: { organization: { status: 'suspended' } },
    })
    expect(await voiceUrlOf(number)).toBe(ourVoice())
    expect(await due()).toEqual([])
    const refused = await callTo(number)
    expect(refused.agentSaid).toContain('not in service')
    expect(JSON.stringify(refused)).not.toContain('Paused Motors')
    const text = { from: '+16045559770', to: number, body: 'Are you there?' }
    expect(await control(world, 'POST', 'sms', text)).toMatchObject({ status: 200 })
    const texts = await world.sql('select body from messages where organization_id = $1', [
      organization.id,
    ])
    expect(texts).toEqual([{ body: 'Are you there?' }])

    expect((await setStatus(organization.id, 'active')).status).toBe(200)

    expect(await voiceUrlOf(number)).toBe(agentVoice)
    expect((await callTo(number)).agentSaid).toContain('Paused Motors')
    expect(await due()).toEqual([])
  })

  test('whose import ElevenLabs has lost, falls silent all the same', async () => {
    const { organization } = await signUp(world)
    const number = organization.phoneNumber
    const [row] = await world.sql<{ elevenlabs_phone_id: string }>(
      'select elevenlabs_phone_id from phone_numbers where phone_number = $1',
      [number],
    )
    await world.context.voiceAgents.removeNumber(row?.elevenlabs_phone_id ?? '')

    await setStatus(organization.id, 'suspended')

    expect(await voiceUrlOf(number)).toBe(ourVoice())
    expect(await due()).toEqual([])
    expect((await callTo(number)).agentSaid).toContain('not in service')
  })

  test('is not spoken for by an agent that still answers', async () => {
    const { organization } = await signUp(world, { name: 'Silent Motors' })
    await setStatus(organization.id, 'suspended')

    const { status, body } = await askInitiation(world, aCall(organization.phoneNumber))

    expect(status).toBe(200)
    expect(body.dynamic_variables).toMatchObject({
      organization_name: 'Jack Automotive',
      organization_id: '',
      previous_summary: 'First conversation',
      conversation_context: '',
    })
    const calls = await world.sql('select 1 from calls where organization_id = $1', [
      organization.id,
    ])
    expect(calls).toEqual([])
  })

  test('has all its numbers moved, and nobody else’s', async () => {
    const [mine, other] = [await signUp(world), await signUp(world)]
    const second = await aPoolNumber(world)
    await assign(world, second, mine.organization.id)
    const theirs = await voiceUrlOf(other.organization.phoneNumber)

    await setStatus(mine.organization.id, 'suspended')

    expect(await voiceUrlOf(mine.organization.phoneNumber)).toBe(ourVoice())
    expect(await voiceUrlOf(second)).toBe(ourVoice())
    expect(await voiceUrlOf(other.organization.phoneNumber)).toBe(theirs)
  })

  test('with the carriers away, is suspended at once, and the loop moves its numbers', async () => {
    const { organization } = await signUp(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 503, times: 2 })
    await fault(world, 'elevenlabs', 'phoneNumbers.get', 'timeout', { ms: 1, times: 1 })

    const answer = await setStatus(organization.id, 'suspended')
    const reported = await setupNotifications(organization.id)

    expect(answer).toMatchObject({ status: 200, body: { organization: { status: 'suspended' } } })
    await syncAll()
    expect(await voiceUrlOf(organization.phoneNumber)).toBe(ourVoice())
    expect(reported).toMatchObject([
      {
        phone_number: organization.phoneNumber,
        message: expect.stringContaining('tried again by itself'),
      },
    ])
    expect(await setupNotifications(organization.id)).toMatchObject([{ status: 'resolved' }])
  })

  test('whose change was accepted with a lost reply, is synced by looking again', async () => {
    const { organization } = await signUp(world)
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'lost_reply', { ms: 1 })

    const answer = await setStatus(organization.id, 'suspended')

    expect(answer.status).toBe(200)
    await syncAll()
    expect(await voiceUrlOf(organization.phoneNumber)).toBe(ourVoice())
  })

  test('suspended and resumed ten times at once, ends outside as it is inside', async () => {
    const { organization } = await signUp(world)
    const agentVoice = await voiceUrlOf(organization.phoneNumber)

    await Promise.all(
      Array.from({ length: 10 }, (_, index) =>
        setStatus(organization.id, index % 2 === 0 ? 'suspended' : 'active'),
      ),
    )
    await syncAll()

    const [row] = await world.sql<{ status: string }>(
      'select status from organizations where id = $1',
      [organization.id],
    )
    const wanted = row?.status === 'suspended' ? ourVoice() : agentVoice
    expect(await voiceUrlOf(organization.phoneNumber)).toBe(wanted)
  })

  test('whose number is still on its way, gets it silent', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'hold_before')
    const buying = purchase(organization.id)
    await expect.poll(heldOperations).toEqual(['phoneNumbers.create'])
    await setStatus(organization.id, 'suspended')
    await releaseHeld(world)
    const { body } = await buying

    await runOrders(world)
    await syncAll()

    expect(await voiceUrlOf(body.phoneNumber)).toBe(ourVoice())
    await setStatus(organization.id, 'active')
    expect(await voiceUrlOf(body.phoneNumber)).not.toBe(ourVoice())
  })

  test('gets no number bought, by nobody', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    await setStatus(organization.id, 'suspended')
    const before = await bought()

    const answer = await purchase(organization.id)

    expectProblem(answer, 409, 'organization_suspended')
    expect(answer.body.detail).toContain('resume it first')
    expect(await bought()).toBe(before)
    const orders = await world.sql('select 1 from number_orders where organization_id = $1', [
      organization.id,
    ])
    expect(orders).toEqual([])
  })

  test('whose order was made before, has it found by a repeat and not refused', async () => {
    const { organization } = await signUp(world, { provisionPhone: false })
    const criteria = { country: 'CA', areaCode: '604', areaCodeOnly: false }
    const order = { id: randomUUID(), organizationId: organization.id, ...criteria }
    const made = await world.context.phoneNumbers.orders.create(OPERATOR, order)
    await setStatus(organization.id, 'suspended')

    const repeated = await world.context.phoneNumbers.orders.create(OPERATOR, order)

    expect(repeated).toBe(made)
    await request(world.origin, 'POST', `/api/admin/orders/${made}/cancel`, { token: ADMIN })
  })

  test.each<[string, string, string]>([
    ['being searched for', 'availablePhoneNumbers.list', 'choose'],
    ['about to be bought', 'begin_buy', 'buy'],
  ])(
    'whose number is %s, gets it when it is resumed and not before',
    async (_circumstance, pausedAt, step) => {
      const { organization } = await signUp(world, { provisionPhone: false })
      const before = await bought()
      const resume = await pauseAt(pausedAt)
      const buying = purchase(organization.id)
      await resume.reached()
      await setStatus(organization.id, 'suspended')
      await resume.goOn()
      await orderAt(organization.id, step, 'suspended')
      await tickOrders(world)
      expect(await bought()).toBe(before)

      await setStatus(organization.id, 'active')
      await tickOrders(world)

      const { body } = await buying
      expect(body.phoneNumberError).toContain('suspended')
      expect(await bought()).toBe(before + 1)
      const held = await world.sql(
        'select 1 from organization_phone_numbers where organization_id = $1',
        [organization.id],
      )
      expect(held).toHaveLength(1)
    },
  )

  test('whose purchase may have gone through, has it looked up all the same', async () => {
    const [bought, lost] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    const own = await startWorld({
      telephony: (real) => ({
        ...real,
        async buyNumber(wanted) {
          await real.buyNumber(wanted)
          bought.resolve()
          await lost.promise
          throw new CarrierError(
            'twilio',
            'incomingPhoneNumbers.create',
            'unreachable',
            'no answer',
          )
        },
      }),
    })
    onTestFinished(() => stopWithCleanLogs(own))
    const { organization } = await signUp(own, { provisionPhone: false })
    const path = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
    const buying = request(own.origin, 'POST', path, { token: ADMIN, body: {} })
    await bought.promise
    const body = { status: 'suspended' }
    await request(own.origin, 'PATCH', `/api/organizations/${organization.id}`, {
      token: ADMIN,
      body,
    })
    lost.resolve()
    await buying

    await runOrders(own)

    expect(await numberOf(own, organization.id)).toBeTruthy()
    expect((await atCarriers(own)).requests.twilio['incomingPhoneNumbers.create']).toBe(1)
  })

  test('whose syncing died half way, is synced when the lease is over', async () => {
    const { organization } = await signUp(world)
    await world.sql("update organizations set status = 'suspended' where id = $1", [
      organization.id,
    ])
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
      organization.phoneNumber,
    ])
    const [claimed] = await call('claim_organization_number_to_sync', [
      organization.id,
      1,
      ...settings,
    ])
    expect(claimed?.reply.claim).toBeTruthy()

    await syncAll()

    expect(await voiceUrlOf(organization.phoneNumber)).toBe(ourVoice())
  })

  test('whose status changes while its number is being synced, has it synced once more', async () => {
    const { organization } = await signUp(world)
    await world.sql(`update phone_numbers set sync_due_at = now() where phone_number = $1`, [
      organization.phoneNumber,
    ])
    const [claimed] = await call('claim_organization_number_to_sync', [
      organization.id,
      60_000,
      ...settings,
    ])
    const claim = claimed?.reply.claim
    await setStatus(organization.id, 'suspended')

    const [late] = await call('record_number_synced', [claim?.number.id, claim?.lease, ['twilio']])

    expect(late?.reply.synced).toBe(false)
    expect(await due()).toEqual([{ phone_number: organization.phoneNumber }])
    await syncAll()
  })

  const purchase = (id: string) =>
    request(world.origin, 'POST', `/api/admin/organizations/${id}/phone-numbers/purchase`, {
      token: ADMIN,
      body: {},
    })
  const bought = async () =>
    (await atCarriers(world)).requests.twilio['incomingPhoneNumbers.create']
  const heldOperations = async () =>
    (await control(world, 'GET', 'faults')).held.map((row: { operation: string }) => row.operation)
  /** Waits until the organization's order has come to this step, with this in its last error. */
  const orderAt = (organizationId: string, step: string, error = '') =>
    expect
      .poll(() =>
        world.sql('select step, last_error from number_orders where organization_id = $1', [
          organizationId,
        ]),
      )
      .toEqual([{ step, last_error: error ? expect.stringContaining(error) : null }])

  /** Stops the next order between two steps: before a search is answered, or a purchase begun. */
  async function pauseAt(place: string) {
    if (place !== 'begin_buy') {
      await fault(world, 'twilio', place, 'hold_after')
      return {
        reached: () => expect.poll(heldOperations).toEqual([place]),
        goOn: () => releaseHeld(world),
      }
    }
    const { orders } = world.context.phoneNumbers
    const real = orders.beginBuy
    const [reached, goOn] = [Promise.withResolvers<void>(), Promise.withResolvers<void>()]
    vi.spyOn(orders, 'beginBuy').mockImplementationOnce(async (order) => {
      reached.resolve()
      await goOn.promise
      return real(order)
    })
    return { reached: () => reached.promise, goOn: async () => goOn.resolve() }
  }

  const setupNotifications = async (organizationId: string) =>
    (await notifications(world, '?type=phone_setup_failed')).filter(
      (row) => row.organization_id === organizationId,
    )
})
