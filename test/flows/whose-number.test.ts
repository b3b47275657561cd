import { afterAll, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { createContext } from '../../src/server/context.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { expectProblem } from '../support/problems.ts'
import { aLine, endQuarantine, releaseDue, rowOf, stateAtCarriers } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { ADMIN, fault, notifications, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const OTHERS = 'orgline:bbbbbbbb:11111111-1111-4111-8111-111111111111'
const THEIRS = { VoiceUrl: 'http://127.0.0.1:9/fax', SmsUrl: 'http://127.0.0.1:9/fax' }

describe('a number that may be somebody else’s', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ settings: { MAX_NUMBERS_PER_ORGANIZATION: '2' } })
  })
  afterAll(() => stopWithCleanLogs(world))

  const { signal } = new AbortController()
  const notificationsOf = async (number: string) =>
    (await notifications(world, '?status=pending')).filter(({ message }) =>
      message.includes(number),
    )
  const deleteImport = (id: string) =>
    request(world.twins.origin, 'DELETE', `/elevenlabs/v1/convai/phone-numbers/${id}`, {
      headers: { 'xi-api-key': 'sandbox-elevenlabs-key' },
    })

  describe('when its quarantine is over', () => {
    const quarantined = async () => {
      const line = await aLine(world)
      await line.organization.release()
      return line
    }

    test('in a copy of the deployment behind another address, is not released', async () => {
      const line = await quarantined()
      const copy = createContext(
        { ...world.config, publicUrl: 'https://copy.example.com' },
        { log: world.context.log },
      )
      onTestFinished(() => copy.db.close())
      await endQuarantine(world, line.number)

      await copy.phoneNumbers.releaseDue.tick(signal)

      expect((await rowOf(world, line.number)).status).toBe('quarantined')
      expect((await stateAtCarriers(world, line.number)).elevenlabs).toBeDefined()
      await releaseDue(world)
      expect((await rowOf(world, line.number)).status).toBe('released')
    })

    test('before any sweep has said where the numbers point, is not released', async () => {
      const line = await quarantined()
      await endQuarantine(world, line.number)
      await world.sql('update deployment set public_url = null')

      await releaseDue(world)

      expect((await rowOf(world, line.number)).status).toBe('quarantined')
      await endQuarantine(world, line.number)
      await releaseDue(world)
      expect((await rowOf(world, line.number)).status).toBe('released')
    })

    test('and its settings are still due, is not released before they are made', async () => {
      const line = await aLine(world)
      await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'error', { status: 500 })
      await line.organization.release()
      await world.sql("update phone_numbers set sync_due_at = now() where status = 'quarantined'")
      await endQuarantine(world, line.number)

      await releaseDue(world)
      expect((await rowOf(world, line.number)).status).toBe('quarantined')
      await world.context.phoneNumbers.syncDue.tick(signal)
      await releaseDue(world)

      expect((await rowOf(world, line.number)).status).toBe('released')
    })

    test('and it is in use for something else, stays, and a person is told', async () => {
      const line = await quarantined()
      await inTwilioConsole(world, line.number, { FriendlyName: 'Fax of accounting', ...THEIRS })
      await endQuarantine(world, line.number)
      const before = await stateAtCarriers(world, line.number)

      await releaseDue(world)

      expect(await stateAtCarriers(world, line.number)).toEqual(before)
      expect(await rowOf(world, line.number)).toMatchObject({
        status: 'quarantined',
        releasing_at: null,
      })
      expect(await notificationsOf(line.number)).toMatchObject([
        { message: expect.stringContaining('does not carry the mark of that quarantine') },
      ])
    })

    test('and it is gone from Twilio, leaves alone another import of it', async () => {
      const line = await quarantined()
      const { elevenlabs } = await stateAtCarriers(world, line.number)
      await deleteImport(elevenlabs.phone_number_id)
      const id = await importInDashboard(world, line.number)
      await inTwilioConsole(world, line.number, 'release')
      await endQuarantine(world, line.number)

      await releaseDue(world)

      expect((await rowOf(world, line.number)).status).toBe('released')
      expect((await stateAtCarriers(world, line.number)).elevenlabs).toMatchObject({
        phone_number_id: id,
      })
    })
  })

  describe('found by the sweep', () => {
    test('under our SID with another deployment’s name, is never touched, and a person is told', async () => {
      const line = await aLine(world)
      await inTwilioConsole(world, line.number, { FriendlyName: OTHERS, ...THEIRS })
      const before = await numberAtTwilio(world, line.number)

      expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
        { class: 'foreign', action: 'marked', organizationId: line.id },
      ])
      await request(world.origin, 'PATCH', `/api/organizations/${line.id}`, {
        token: ADMIN,
        body: { status: 'suspended' },
      })
      await world.context.phoneNumbers.syncDue.tick(signal)

      expect(await numberAtTwilio(world, line.number)).toEqual(before)
      expect(await notificationsOf(line.number)).toMatchObject([
        {
          type: 'reconcile_findings',
          message: expect.stringContaining(`${line.number} (organization "${line.name}")`),
        },
      ])

      await inTwilioConsole(world, line.number, { FriendlyName: 'Front desk' })
      await findingsOf(world, 'repair')
      await world.context.phoneNumbers.syncDue.tick(signal)
      expect((await numberAtTwilio(world, line.number)).sms_url).toContain(world.origin)
      expect(await notificationsOf(line.number)).toEqual([])
    })

    test.each([
      ['another deployment’s name', { FriendlyName: OTHERS }],
      ['webhooks of something else', { FriendlyName: 'Fax of accounting', ...THEIRS }],
      ['an application behind it', { SmsApplicationSid: `AP${'3'.repeat(32)}` }],
    ])(
      'under another SID with %s, is not taken over, and a person is told',
      async (_, settings) => {
        const line = await aLine(world)
        await inTwilioConsole(world, line.number, 'release')
        await buyAtTwilio(world, { PhoneNumber: line.number, ...settings })
        const before = await numberAtTwilio(world, line.number)

        expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
          { class: 'foreign', action: 'marked' },
        ])

        expect(await numberAtTwilio(world, line.number)).toEqual(before)
        expect(await notificationsOf(line.number)).toMatchObject([
          { message: expect.stringContaining('Somebody else') },
        ])
        await inTwilioConsole(world, line.number, 'release')
        await line.admin.release()
      },
    )

    test('under another SID as Twilio sells it, is ours again', async () => {
      const line = await aLine(world)
      await inTwilioConsole(world, line.number, 'release')
      await buyAtTwilio(world, {
        PhoneNumber: line.number,
        VoiceUrl: 'https://demo.twilio.com/welcome/voice/',
        SmsUrl: 'https://demo.twilio.com/welcome/sms/reply',
      })

      expect(await findingsOf(world, 'repair', [line.number])).toMatchObject([
        { class: 'drift', action: 'synced' },
      ])
    })
  })

  test('missing, and taken out as the notification says, is told of no more', async () => {
    const line = await aLine(world)
    await world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [
      line.number,
    ])
    await inTwilioConsole(world, line.number, 'release')
    await world.context.phoneNumbers.syncDue.tick(signal)
    await findingsOf(world, 'repair')
    expect((await notificationsOf(line.number)).map(({ type }) => type).sort()).toEqual([
      'phone_setup_failed',
      'reconcile_findings',
    ])

    await line.admin.release()
    await findingsOf(world, 'repair')

    expect(await notificationsOf(line.number)).toEqual([])
  })

  test('entered manually under another deployment’s name, is refused, and taken once it is renamed', async () => {
    const { phoneNumber } = await buyAtTwilio(world, {
      AreaCode: '212',
      FriendlyName: OTHERS,
      ...THEIRS,
    })
    const before = await numberAtTwilio(world, phoneNumber)

    const refused = await enter(world, { phoneNumber })

    expectProblem(refused, 422, 'number_not_owned')
    expect(refused.body.detail).toContain('change the name in Twilio Console')
    expect(await numberAtTwilio(world, phoneNumber)).toEqual(before)
    await inTwilioConsole(world, phoneNumber, { FriendlyName: 'Front desk' })
    expect((await enter(world, { phoneNumber })).body.status).toBe('configured')
  })

  test('in quarantine, still counts to the number of its organization', async () => {
    const line = await aLine(world)
    const more = () =>
      request(world.origin, 'POST', `/api/organizations/${line.id}/phone-numbers`, {
        token: line.token,
        body: {},
      })
    expect((await more()).status).toBeLessThan(300)
    await line.organization.release()

    expectProblem(await more(), 409, 'number_limit_reached')

    await endQuarantine(world, line.number)
    await releaseDue(world)
    expect((await more()).status).toBeLessThan(300)
  })
})
