import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { givingOf } from '../support/quarantine.ts'
import { findingsOf, numberAtTwilio } from '../support/reconcile.ts'
import { control, fault, notifications, signUp } from '../support/requests.ts'
import { atTwilio } from '../support/twilio-console.ts'
import { startWorld, type World } from '../support/world.ts'

describe('texts that a Messaging Service takes away', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => world.stop())

  const services = (path: string, form: Record<string, string>) =>
    atTwilio(world.twins, 'POST', `/messaging/v1/Services${path}`, form)
  /** Somebody puts a number into a new service, in Twilio's console. */
  const taken = async (settings: Record<string, string> = {}) => {
    const { phoneNumber } = (await signUp(world)).organization
    const { body } = await services('', { FriendlyName: 'Campaign', ...settings })
    const { sid: PhoneNumberSid } = await numberAtTwilio(world, phoneNumber)
    await services(`/${body.sid}/PhoneNumbers`, { PhoneNumberSid })
    const defer = () => services(`/${body.sid}`, { UseInboundWebhookOnNumber: 'true' })
    return { phoneNumber, service: body.sid as string, defer }
  }
  const reported = async () =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(({ message }) =>
      message.includes('Messaging Service'),
    )
  const found = async (phoneNumber: string, mode: 'dry-run' | 'repair' = 'repair') =>
    findingsOf(world, mode, [phoneNumber])

  test('by the sweep, are found and told once, until the service leaves them', async () => {
    const { phoneNumber, service, defer } = await taken()

    expect(await found(phoneNumber)).toMatchObject([
      { class: 'texts_elsewhere', action: 'none', detail: expect.stringContaining(service) },
    ])
    await found(phoneNumber)

    expect(await reported()).toMatchObject([{ message: expect.stringContaining(phoneNumber) }])
    await defer()
    expect(await found(phoneNumber)).toEqual([])
    expect(await reported()).toEqual([])
  })

  test('while Twilio does not list its services, stay told, and all else is compared', async () => {
    const { phoneNumber, defer } = await taken()
    await found(phoneNumber)
    await fault(world, 'twilio', 'messaging.services.list', 'error', { status: 503, times: 9 })

    const findings = await findingsOf(world, 'repair')

    expect(findings.filter((each) => each.class !== 'asked_elsewhere')).toMatchObject([
      { class: 'unconfirmed', phoneNumber: '*' },
    ])
    expect((await reported()).map(({ message }) => message)).toContainEqual(
      expect.stringContaining('do not come here'),
    )
    await control(world, 'DELETE', 'faults')
    await defer()
    await found(phoneNumber)
    expect(await reported()).toEqual([])
  })

  test('by several services of which one does not list its numbers, stay told of all, and are told of others', async () => {
    const [one, other] = [await taken(), await taken()]
    await findingsOf(world, 'repair')
    await fault(world, 'twilio', 'messaging.services.phoneNumbers.list', 'error', {
      status: 403,
      times: 1,
    })

    const findings = await findingsOf(world, 'repair')

    const classes = findings.map((each) => each.class)
    expect(classes.filter((each) => each === 'texts_elsewhere')).toHaveLength(1)
    expect(classes).toContain('unconfirmed')
    const message = (await reported()).map((each) => each.message).join()
    expect([one, other].filter((each) => !message.includes(each.phoneNumber))).toEqual([])
    await control(world, 'DELETE', 'faults')
    await one.defer()
    await findingsOf(world, 'repair')
    expect((await reported())[0]?.message).not.toContain(one.phoneNumber)
    await other.defer()
    await findingsOf(world, 'repair')
    expect(await reported()).toEqual([])
  })

  test('by a service that leaves them to their numbers, are none', async () => {
    const { phoneNumber } = await taken({ UseInboundWebhookOnNumber: 'true' })

    expect(await found(phoneNumber)).toEqual([])
  })

  test('of a number that is given up, are nobody’s to miss', async () => {
    const { phoneNumber, defer } = await taken()
    await givingOf(world, phoneNumber).release()

    const classes = (await found(phoneNumber, 'dry-run')).map((each) => each.class)

    expect(classes).not.toContain('texts_elsewhere')
    await defer()
  })
})
