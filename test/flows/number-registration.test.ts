import { randomBytes } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import { createReadServiceStatus } from '../../src/messages/a2p/messaging-service-status.ts'
import { createNumberRegistration } from '../../src/messages/a2p/number-registration.ts'
import { Background } from '../../src/platform/background.ts'
import { createContext } from '../../src/server/context.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { atTwilio } from '../support/twilio-console.ts'
import { startWorld, type World } from '../support/world.ts'

describe('US numbers and Messaging Services', () => {
  let world: World
  /** What happens, once, before a number is put into a service, and before a service is read. */
  let meanwhile: (() => Promise<unknown>) | undefined
  let meanwhileRead: (() => Promise<unknown>) | undefined
  const telephony = (real: Telephony): Telephony => ({
    ...real,
    async attachToService(...which) {
      const first = meanwhile
      meanwhile = undefined
      await first?.()
      await real.attachToService(...which)
    },
    async getMessagingService(sid) {
      const first = meanwhileRead
      meanwhileRead = undefined
      await first?.()
      return real.getMessagingService(sid)
    },
  })
  beforeAll(async () => {
    world = await startWorld({ settings: { US_SMS_STATUS: 'needs_registration' }, telephony })
  })
  afterAll(() => world.stop())

  const anAmerican = () => signUp(world, { preferredAreaCode: '415', country: 'US' })
  const give = (id: string, sid: string | null, token = ADMIN) =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, {
      token,
      body: { settings: { messaging_service_sid: sid } },
    })
  const text = (id: string) =>
    request(world.origin, 'POST', `/api/organizations/${id}/messages`, {
      token: ADMIN,
      body: { to: '+16045558999', body: 'Hello' },
    })
  /** Twilio's own API of Messaging Services. */
  const services = (method: string, path: string, form?: Record<string, string>) =>
    atTwilio(world.twins, method, `/messaging/v1/Services${path}`, form)
  const aService = async (useInboundWebhookOnNumber: boolean, campaignStatus = 'VERIFIED') => {
    const { body } = await services('POST', '', {
      FriendlyName: 'A campaign',
      UseInboundWebhookOnNumber: String(useInboundWebhookOnNumber),
    })
    if (campaignStatus) await approve(body.sid, campaignStatus)
    return body.sid as string
  }
  const approve = (sid: string, campaignStatus: string) =>
    control(world, 'POST', 'services', { sid, campaignStatus })
  const aFitService = () => aService(true)
  const numbersOf = async (sid: string) =>
    (await services('GET', `/${sid}/PhoneNumbers`)).body.phone_numbers as { sid: string }[]
  const tick = () => world.context.messages.tick(new AbortController().signal)

  test('a US number in no service: cannot text, and says what to do', async () => {
    const { organization } = await anAmerican()

    const answer = await text(organization.id)

    expect(answer).toMatchObject({ status: 409, body: { code: 'sms_not_ready' } })
    expect(answer.body.detail).toContain('messaging_service_sid')
  })

  test('a number to be put into a service, in a copy of the deployment behind another address: is left alone', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await world.sql('update deployment set public_url = $1', [world.config.publicUrl])
    await world.sql(
      `update organizations set settings = settings || jsonb_build_object('messaging_service_sid', $2::text) where id = $1`,
      [organization.id, sid],
    )
    const copy = createContext(
      { ...world.config, publicUrl: 'https://copy.example.com' },
      { log: world.context.log, db: world.context.db },
    )

    await copy.messages.tick(new AbortController().signal)
    const byCopy = await numbersOf(sid)
    await tick()

    expect(byCopy).toEqual([])
    expect(await numbersOf(sid)).toHaveLength(1)
  })

  test('a service given by an operator: takes the number in, which is ready then', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()

    const answer = await give(organization.id, sid)

    expect(answer.body.organization.settings.messaging_service_sid).toBe(sid)
    expect(await numbersOf(sid)).toHaveLength(1)
    const [number] = await world.sql(
      'select sms_status, messaging_service_sid from phone_numbers where phone_number = $1',
      [organization.phoneNumber],
    )
    expect(number).toEqual({ sms_status: 'ready', messaging_service_sid: sid })
    expect((await text(organization.id)).status).toBe(201)
    await control(world, 'POST', 'idle')
    expect((await atCarriers(world)).twilio.messages).toContainEqual(
      expect.objectContaining({
        from: organization.phoneNumber,
        messaging_service_sid: sid,
        status: 'delivered',
      }),
    )
  })

  test('a service taken away again: leaves the number as any other', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)

    await give(organization.id, null)

    expect(await numbersOf(sid)).toEqual([])
    expect((await text(organization.id)).body.code).toBe('sms_not_ready')
  })

  test('a service given instead of another: takes the number over from it at once', async () => {
    const { organization } = await anAmerican()
    const [first, second] = [await aFitService(), await aFitService()]
    await give(organization.id, first)

    await give(organization.id, second)

    expect(await numbersOf(first)).toEqual([])
    expect(await numbersOf(second)).toHaveLength(1)
    expect(await smsOf(organization)).toMatchObject({ sms_status: 'ready' })
  })

  test('a service of another organization: is refused', async () => {
    const [first, second] = [await anAmerican(), await anAmerican()]
    const sid = await aFitService()
    await give(first.organization.id, sid)

    const answer = await give(second.organization.id, sid)

    expect(answer).toMatchObject({ status: 409, body: { code: 'messaging_service_taken' } })
  })

  test.each([
    ['would take inbound texts away', () => aService(false)],
    ['Twilio does not know', async () => `MG${randomBytes(16).toString('hex')}`],
  ])('a service that %s: is refused with what to do, and nothing changes', async (_name, make) => {
    const { organization } = await anAmerican()

    const answer = await give(organization.id, await make())

    expect(answer).toMatchObject({ status: 422, body: { code: 'messaging_service_unfit' } })
    expect(answer.body.detail).toContain('Twilio Console')
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token: ADMIN,
    })
    expect(body.organization.settings).toEqual({})
  })

  test('a service given by a member: is for operators alone', async () => {
    const { organization, token } = await anAmerican()

    const answer = await give(organization.id, await aFitService(), token)

    expect(answer).toMatchObject({ status: 403, body: { code: 'admin_required' } })
  })

  test('a number that is in a service elsewhere: says so, and is taken in once it is not', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    const elsewhere = await aFitService()
    const { twilio } = await atCarriers(world)
    const { sid: PhoneNumberSid } = twilio.numbers.find(
      (number: { phone_number: string }) => number.phone_number === organization.phoneNumber,
    )
    await services('POST', `/${elsewhere}/PhoneNumbers`, { PhoneNumberSid })

    await give(organization.id, sid)

    expect((await text(organization.id)).body.detail).toContain('another Messaging Service')
    const about = async () =>
      (await notifications(world, '?status=pending&type=phone_setup_failed')).filter(
        ({ phone_number }) => phone_number === organization.phoneNumber,
      )
    expect(await about()).toHaveLength(1)
    await services('DELETE', `/${elsewhere}/PhoneNumbers/${PhoneNumberSid}`)
    await world.sql('update phone_numbers set sms_try_at = now()')
    await tick()
    expect(await numbersOf(sid)).toHaveLength(1)
    expect(await about()).toEqual([])
  })

  const smsOf = async ({ phoneNumber }: { phoneNumber: string }) =>
    (
      await world.sql('select sms_status, sms_error from phone_numbers where phone_number = $1', [
        phoneNumber,
      ])
    )[0]
  const pendingAbout = async (organizationId: string) =>
    (await notifications(world, '?status=pending&type=phone_setup_failed')).filter(
      ({ organization_id }) => organization_id === organizationId,
    )
  async function checkNow() {
    await world.sql('update phone_numbers set sms_check_at = now()')
    await tick()
  }
  const asked = async (operation: string): Promise<number> =>
    (await atCarriers(world)).requests.twilio[operation] ?? 0
  const reads = () => asked('messaging.services.fetch')
  const ATTACH = 'messaging.services.phoneNumbers.create'
  /** A number, due, that is not in its service, because Twilio fails to put it there so many times. */
  async function unregistered(failures: number) {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await fault(world, 'twilio', ATTACH, 'error', { times: failures, status: 503 })
    await give(organization.id, sid)
    const makeDue = () =>
      world.sql('update phone_numbers set sms_try_at = now() where phone_number = $1', [
        organization.phoneNumber,
      ])
    await makeDue()
    return { organization, sid, makeDue }
  }

  test.each([
    ['none', '', 'needs_registration', 'has no A2P 10DLC campaign'],
    ['one in review', 'IN_PROGRESS', 'pending', 'reviewed'],
    ['one that failed', 'FAILED', 'needs_registration', 'refused'],
  ])(
    'a service with a campaign, of which it has %s: leaves the number waiting, until it is approved',
    async (_name, campaign, smsStatus, why) => {
      await control(world, 'POST', 'settings', { requireA2p: true })
      const { organization } = await anAmerican()
      const sid = await aService(true, campaign)

      await give(organization.id, sid)

      expect(await smsOf(organization)).toMatchObject({ sms_status: smsStatus })
      const refusal = await text(organization.id)
      expect(refusal).toMatchObject({ status: 409, body: { code: 'sms_not_ready' } })
      expect(refusal.body.detail).toContain(why)
      await checkNow()
      const reported = smsStatus === 'pending' ? [] : [expect.stringContaining(why)]
      expect((await pendingAbout(organization.id)).map(({ message }) => message)).toEqual(reported)
      await approve(sid, 'VERIFIED')
      await checkNow()
      expect(await smsOf(organization)).toEqual({ sms_status: 'ready', sms_error: null })
      expect(await pendingAbout(organization.id)).toEqual([])
      expect((await text(organization.id)).status).toBe(201)
    },
  )

  test('a service that takes inbound texts away later: is noticed, by one read of it, and told once', async () => {
    const { organization } = await anAmerican()
    const purchase = `/api/admin/organizations/${organization.id}/phone-numbers/purchase`
    await request(world.origin, 'POST', purchase, { token: ADMIN, body: { areaCode: '415' } })
    const sid = await aFitService()
    await give(organization.id, sid)
    await checkNow()
    expect(await numbersOf(sid)).toHaveLength(2)
    await services('POST', `/${sid}`, { UseInboundWebhookOnNumber: 'false' })
    const before = await reads()

    await world.sql(
      'update phone_numbers set sms_check_at = now() where messaging_service_sid = $1',
      [sid],
    )
    await tick()
    await tick()

    expect(await reads()).toBe(before + 1)
    expect(await smsOf(organization)).toEqual({
      sms_status: 'needs_registration',
      sms_error: expect.stringContaining('take inbound texts away'),
    })
    expect((await text(organization.id)).body).toMatchObject({
      code: 'sms_not_ready',
      detail: expect.stringContaining("Defer to sender's webhook"),
    })
    expect(await pendingAbout(organization.id)).toEqual([
      expect.objectContaining({ occurrences: 1, message: expect.stringContaining(sid) }),
    ])
    await services('POST', `/${sid}`, { UseInboundWebhookOnNumber: 'true' })
    await checkNow()
    expect(await smsOf(organization)).toMatchObject({ sms_status: 'ready' })
    expect(await pendingAbout(organization.id)).toEqual([])
  })

  test('a service that Twilio cannot tell of for now: changes nothing', async () => {
    const { organization } = await anAmerican()
    await give(organization.id, await aFitService())
    await fault(world, 'twilio', 'messaging.services.fetch', 'error', { times: 20, status: 503 })

    await checkNow()

    await control(world, 'DELETE', 'faults')
    expect(await smsOf(organization)).toEqual({ sms_status: 'ready', sms_error: null })
  })

  test('a campaign that ends between two checks: is noticed by the first text that fails for it', async () => {
    await control(world, 'POST', 'settings', { requireA2p: true })
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)
    await approve(sid, 'FAILED')

    const sent = await text(organization.id)
    await control(world, 'POST', 'idle')

    expect(sent.status).toBe(201)
    expect(await smsOf(organization)).toEqual({
      sms_status: 'needs_registration',
      sms_error: 'unregistered',
    })
    expect((await text(organization.id)).body.code).toBe('sms_not_ready')
    expect(await pendingAbout(organization.id)).toHaveLength(1)
    await approve(sid, 'VERIFIED')
    await tick()
    expect(await numbersOf(sid)).toHaveLength(1)
    expect((await text(organization.id)).body.code).toBe('sms_not_ready')
    await give(organization.id, sid)
    expect(await smsOf(organization)).toEqual({ sms_status: 'ready', sms_error: null })
    expect(await pendingAbout(organization.id)).toEqual([])
  })

  test('an answer lost while a number is put into a service: is not forgotten when it is given up', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await fault(world, 'twilio', 'messaging.services.phoneNumbers.create', 'lost_reply', { ms: 1 })
    await give(organization.id, sid)
    expect(await numbersOf(sid)).toHaveLength(1)
    const path = `/api/organizations/${organization.id}/phone-numbers/${organization.phoneNumber}`
    await request(world.origin, 'DELETE', path, { token: ADMIN })
    await world.sql('update phone_numbers set sms_try_at = now()')

    await tick()

    expect(await numbersOf(sid)).toEqual([])
  })

  describe('a join whose answer was lost, carried out after the number has left', () => {
    /** An organization whose number is asked for service `sid`, by a request that Twilio has not carried out yet. */
    const joining = async () => {
      const { organization } = await anAmerican()
      const sid = await aFitService()
      await fault(world, 'twilio', 'messaging.services.phoneNumbers.create', 'timeout', { ms: 1 })
      await give(organization.id, sid)
      expect(await numbersOf(sid)).toEqual([])
      const carryOut = async () => {
        const [row] = await world.sql<{ sid: string }>(
          'select twilio_phone_sid as sid from phone_numbers where phone_number = $1',
          [organization.phoneNumber],
        )
        await services('POST', `/${sid}/PhoneNumbers`, { PhoneNumberSid: row?.sid ?? '' })
        expect(await numbersOf(sid)).toHaveLength(1)
      }
      return { organization, sid, carryOut }
    }
    const makeDue = () => world.sql('update phone_numbers set sms_try_at = now()')
    const age = () =>
      world.sql("update phone_numbers set sms_known_at = sms_known_at - interval '6 minutes'")

    test('for another service: joins that all the same', async () => {
      const { organization, sid, carryOut } = await joining()
      const other = await aFitService()
      meanwhile = carryOut

      await give(organization.id, other)
      await makeDue()
      await tick()

      expect(await numbersOf(sid)).toEqual([])
      expect(await numbersOf(other)).toHaveLength(1)
      expect(await pendingAbout(organization.id)).toEqual([])
    })

    test('for none: leaves once more, and then no more', async () => {
      const { organization, sid, carryOut } = await joining()
      await give(organization.id, null)
      await carryOut()

      await makeDue()
      await tick()
      expect(await numbersOf(sid)).toHaveLength(1)
      await age()
      await makeDue()
      await tick()
      expect(await numbersOf(sid)).toEqual([])

      const before = await asked('messaging.services.phoneNumbers.remove')
      await age()
      await makeDue()
      await tick()
      expect(await asked('messaging.services.phoneNumbers.remove')).toBe(before)
    })
  })

  test('a service taken away while a number is put into it: does not keep the number', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    meanwhile = () => give(organization.id, null)

    await give(organization.id, sid)

    expect(await numbersOf(sid)).toEqual([])
    expect(await smsOf(organization)).toMatchObject({ sms_status: 'needs_registration' })
  })

  test('a number that is due again before its tick is over: waits for the next tick', async () => {
    const { sid, makeDue } = await unregistered(2)
    const before = await asked(ATTACH)
    meanwhile = makeDue

    await tick()
    const during = (await asked(ATTACH)) - before
    await tick()

    expect(during).toBe(1)
    expect(await numbersOf(sid)).toHaveLength(1)
  })

  test('a service that is due again before its tick is over: waits for the next tick', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)
    await checkNow()
    const makeDue = () =>
      world.sql('update phone_numbers set sms_check_at = now() where messaging_service_sid = $1', [
        sid,
      ])
    await makeDue()
    const before = await reads()
    meanwhileRead = makeDue

    await tick()
    const during = (await reads()) - before
    await tick()

    expect([during, (await reads()) - before]).toEqual([1, 2])
  })

  test('a text to look after, and a number to register: the text comes first', async () => {
    const { sid } = await unregistered(1)
    const dealer = await signUp(world)
    const { body } = await text(dealer.organization.id)
    await world.sql('update messages set poll_at = now() where id = $1', [body.message.id])
    const before = await asked('messages.fetch')
    let fetches = 0
    meanwhile = async () => {
      fetches = (await asked('messages.fetch')) - before
    }

    await tick()

    expect(await numbersOf(sid)).toHaveLength(1)
    expect(fetches).toBe(1)
  })

  test('a request whose numbers take too long: waits no longer, and they are registered all the same', async () => {
    const { organization, sid } = await unregistered(1)
    const { db, telephony: real, log } = world.context
    const held = Promise.withResolvers<void>()
    const background = new Background()
    const { ofOrganization } = createNumberRegistration({
      db,
      telephony: {
        ...real,
        attachToService: (...which) => held.promise.then(() => real.attachToService(...which)),
      },
      publicUrl: world.origin,
      readServiceStatus: createReadServiceStatus(real),
      sharedServiceSid: undefined,
      usSmsStatus: 'needs_registration',
      waitMs: 1,
      background,
      log,
    })

    await ofOrganization(organization.id)
    const before = await numbersOf(sid)
    held.resolve()
    await Promise.all(background)

    expect(before).toEqual([])
    expect(await numbersOf(sid)).toHaveLength(1)
  })

  test('a number given up: leaves the service of who held it', async () => {
    const { organization } = await anAmerican()
    const sid = await aFitService()
    await give(organization.id, sid)
    const path = `/api/organizations/${organization.id}/phone-numbers/${organization.phoneNumber}`
    await request(world.origin, 'DELETE', path, { token: ADMIN })

    await tick()

    expect(await numbersOf(sid)).toEqual([])
  })
})
