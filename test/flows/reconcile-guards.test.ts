import { afterAll, afterEach, beforeAll, describe, expect, onTestFinished, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { createContext } from '../../src/server/context.ts'
import { OPERATOR } from '../support/actors.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio } from '../support/manual.ts'
import {
  duringTheList,
  findingsOf,
  forget,
  inTwilioConsole,
  numberAtTwilio,
  reconcile,
} from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  signUp,
} from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('reconciling', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterEach(() => control(world, 'DELETE', 'faults'))
  afterAll(() => stopWithCleanLogs(world))

  const { signal } = new AbortController()
  const reported = async () =>
    (await notifications(world, '?type=reconcile_findings&status=pending')).filter(
      (row) => row.phone_number === null,
    )
  const settings = async () => {
    const { twilio, elevenlabs } = await atCarriers(world)
    return { numbers: twilio.numbers, imports: elevenlabs.phoneNumbers }
  }
  /** The same database and accounts, behind another address. */
  const aCopy = (publicUrl: string) => {
    const copy = createContext({ ...world.config, publicUrl }, { log: world.context.log })
    onTestFinished(() => copy.db.close())
    return copy
  }

  test('before any sweep, has no report to show', async () => {
    const { status, body } = await request(world.origin, 'GET', '/api/admin/reconcile', {
      token: ADMIN,
    })

    expect({ status, code: body.code }).toEqual({ status: 404, code: 'report_not_found' })
  })

  test.each([
    [{}],
    [{ mode: 'fix' }],
    [{ mode: 'dry-run', acceptPublicUrl: true }],
    [{ mode: 'repair', force: true }],
  ])('asked for with %j, is a 400', async (body) => {
    expect(await reconcile(world, body)).toMatchObject({
      status: 400,
      body: { code: 'validation_failed' },
    })
  })

  test.each(['twilio', 'elevenlabs'] as const)(
    'while %s cannot be listed, is a 502, and nothing is concluded',
    async (carrier) => {
      const { organization } = await signUp(world)
      await inTwilioConsole(world, organization.phoneNumber, { SmsUrl: 'http://127.0.0.1:9/x' })
      const before = await settings()
      const operation = carrier === 'twilio' ? 'incomingPhoneNumbers.list' : 'phoneNumbers.list'
      await fault(world, carrier, operation, 'error', { status: 503, times: 3 })

      const answer = await reconcile(world, { mode: 'repair' })

      expect(answer).toMatchObject({ status: 502, body: { code: 'carrier_failed' } })
      expect(await settings()).toEqual(before)
      await control(world, 'DELETE', 'faults')
      await reconcile(world, { mode: 'repair' })
    },
  )

  test('while a sweep is running, is a 409, on every server of the database', async () => {
    const second = aCopy(world.config.publicUrl)
    let answers: unknown[] = []

    const swept = await duringTheList(world, 'hold_after', async () => {
      answers = [
        (await reconcile(world, { mode: 'dry-run' })).body.code,
        await second.reconcile.reconcile
          .now(OPERATOR, 'repair', false)
          .catch((error) => error.code),
      ]
    })

    expect(answers).toEqual(['reconcile_running', 'reconcile_running'])
    expect(swept.status).toBe(200)
  })

  test('as a dry run, leaves the time of the next repair as it was', async () => {
    const due = () => world.sql("select due_at from leases where name = 'reconcile'")
    await reconcile(world, { mode: 'repair' })
    const before = await due()

    expect((await reconcile(world, { mode: 'dry-run' })).status).toBe(200)
    expect(await due()).toEqual(before)

    await reconcile(world, { mode: 'repair' })
    expect(await due()).not.toEqual(before)
  })

  test('from two servers at once, adopts once', async () => {
    const second = aCopy(world.config.publicUrl)
    const { organization } = await signUp(world)
    await forget(world, organization.phoneNumber)

    const results = await Promise.allSettled([
      world.context.reconcile.reconcile.now(OPERATOR, 'repair', false),
      second.reconcile.reconcile.now(OPERATOR, 'repair', false),
    ])

    expect(results.map((each) => each.status)).toContain('fulfilled')
    const rows = await world.sql('select status from phone_numbers where phone_number = $1', [
      organization.phoneNumber,
    ])
    expect(rows).toEqual([{ status: 'quarantined' }])
  })

  test('keeps the last 50 reports', async () => {
    await world.sql(
      `insert into reconcile_reports (mode, cause, started_at, finished_at, counts, findings)
       select 'dry-run', 'loop', now(), now() - interval '1 day', '{}', '[]' from generate_series(1, 60)`,
    )

    await reconcile(world, { mode: 'dry-run' })

    expect(await world.sql('select 1 from reconcile_reports')).toHaveLength(50)
  })

  describe('by another deployment on the same accounts', () => {
    test('leaves the numbers of the first alone, as the first does those of the other', async () => {
      const baseUrls = {
        TWILIO_BASE_URL: `${world.twins.origin}/twilio`,
        ELEVENLABS_BASE_URL: `${world.twins.origin}/elevenlabs`,
      }
      const other = await startWorld({ settings: baseUrls })
      onTestFinished(() => other.stop())
      const first = (await signUp(world)).organization.phoneNumber
      const second = (await signUp(other)).organization.phoneNumber
      await forget(world, first)
      await forget(other, second)
      const before = await numberAtTwilio(world, first)

      const byOther = await findingsOf(other, 'repair', [first, second])

      expect(byOther.map((each) => [each.phoneNumber, each.class, each.action])).toEqual(
        expect.arrayContaining([
          [first, 'foreign', 'none'],
          [second, 'orphan_paid', 'adopted'],
        ]),
      )
      expect(await numberAtTwilio(world, first)).toEqual(before)
      const byFirst = await findingsOf(world, 'repair', [first, second])
      expect(byFirst.map((each) => [each.phoneNumber, each.class, each.action])).toEqual(
        expect.arrayContaining([
          [first, 'orphan_paid', 'adopted'],
          [second, 'foreign', 'none'],
        ]),
      )
    })
  })

  describe('behind another PUBLIC_URL', () => {
    test('refuses to repair, only looks when its time comes, and moves the numbers when told to', async () => {
      const { organization } = await signUp(world)
      await buyAtTwilio(world)
      await reconcile(world, { mode: 'repair' })
      const before = await settings()
      const copy = aCopy('https://copy.example.com')

      await expect(copy.reconcile.reconcile.now(OPERATOR, 'repair', false)).rejects.toMatchObject({
        code: 'public_url_changed',
        message: expect.stringContaining('acceptPublicUrl'),
      })
      await copy.reconcile.reconcile.work(signal)

      expect(await settings()).toEqual(before)
      expect(await reported()).toMatchObject([
        { message: expect.stringContaining('https://copy.example.com') },
      ])
      const moved = await copy.reconcile.reconcile.now(OPERATOR, 'repair', true)
      expect(moved.mode).toBe('repair')
      await copy.phoneNumbers.syncDue.tick(signal)
      expect(await numberAtTwilio(world, organization.phoneNumber)).toMatchObject({
        sms_url: withRetries('https://copy.example.com/api/webhooks/twilio/sms'),
      })
      expect(await reported()).toEqual([])
      expect(await reconcile(world, { mode: 'repair' })).toMatchObject({
        status: 409,
        body: { code: 'public_url_changed' },
      })
    })
  })
})
