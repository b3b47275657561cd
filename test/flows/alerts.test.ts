import { randomUUID } from 'node:crypto'
import { beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createNotificationStore } from '../../src/notifications/notification-store.ts'
import type { LeasedOrder } from '../../src/phone-numbers/orders/order.ts'
import { startServer } from '../../src/server/server.ts'
import { OPERATOR } from '../support/actors.ts'
import { ALERT_PATH, alertReceiver, alertsOf } from '../support/alert-receiver.ts'
import { answerText, type Behaviour, drop, hang } from '../support/carrier-server.ts'
import { databaseForTest, sql } from '../support/database.ts'
import { leaksOf } from '../support/leaks.ts'
import { memoryLog } from '../support/memory-log.ts'
import { APIS } from '../support/notification-facts.ts'
import { aPurchase, candidates, claimed, ledger } from '../support/orders.ts'
import { anOrganization } from '../support/rows.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { openDatabase } from '../support/stand-in.ts'
import { startWorld } from '../support/world.ts'

const running = () => new AbortController().signal

describe('an alert', () => {
  let url: string
  let db: Database
  let log: ReturnType<typeof memoryLog>
  beforeEach(async () => {
    ;({ url } = await databaseForTest())
    db = openDatabase(url)
    log = memoryLog()
  })

  const notify = (subject: string, error = 'Do this.', organizationId: string | null = null) =>
    sql(url, "select private.notify('phone_setup_failed', $1, $2, $3, $4)", [
      subject,
      { cause: 'release', number: '+16045550123', error },
      organizationId,
      organizationId && '+16045550123',
    ])
  const row = async (subject: string) => {
    const [found] = await sql<{ id: string; attempts: number; reported: boolean; due: boolean }>(
      url,
      `select id, alert_attempts as attempts, alerted_at is not null as reported, alert_due_at is not null as due
       from admin_notifications where subject = $1 order by created_at desc limit 1`,
      [subject],
    )
    return found
  }
  const dueNow = () =>
    sql(url, 'update admin_notifications set alert_due_at = now() where alert_due_at is not null')

  test('of a new notification, tells once what happened, to whom, what to do and where to resolve it', async () => {
    const chat = await alertReceiver()
    const alerts = alertsOf(db, chat.url, log.log)
    const organizationId = await anOrganization(url)
    await notify('one', 'Set it up again.', organizationId)

    await alerts.tick(running())
    await alerts.tick(running())

    expect(chat.requests).toMatchObject([
      { method: 'POST', url: ALERT_PATH, headers: { 'content-type': 'application/json' } },
    ])
    expect(Object.keys(JSON.parse(chat.requests[0]?.body ?? ''))).toEqual(['text'])
    expect(chat.texts()[0]?.split('\n')).toEqual([
      'Orgline: phone_setup_failed',
      `Organization: Premium Auto Sales (${organizationId})`,
      'Number: +16045550123',
      'The quarantine of +16045550123 is over, but its release to Twilio is delayed: Set it up again.',
      'Nothing to do: it is tried again by itself, and this resolves when it is done.',
      `When it is dealt with: POST https://line.example.com/api/admin/notifications/${(await row('one'))?.id}/resolve`,
    ])
    expect(await row('one')).toMatchObject({ attempts: 1, reported: true, due: false })
  })

  test('of a notification that happens again while it is open, is not sent again', async () => {
    const chat = await alertReceiver()
    const alerts = alertsOf(db, chat.url, log.log)
    await notify('again', 'first')
    await alerts.tick(running())

    await notify('again', 'second')
    await alerts.tick(running())

    expect(chat.texts()).toEqual([expect.stringContaining('first')])
  })

  test('of a notification that was resolved and happens anew, is sent anew', async () => {
    const chat = await alertReceiver()
    const alerts = alertsOf(db, chat.url, log.log)
    await notify('anew', 'first')
    await alerts.tick(running())
    await createNotificationStore(db, APIS).resolve(OPERATOR, (await row('anew'))?.id ?? '')

    await notify('anew', 'second')
    await alerts.tick(running())

    expect(chat.texts()).toMatchObject([
      expect.stringContaining('first'),
      expect.stringContaining('second'),
    ])
  })

  test('of a notification resolved before it was sent, is never sent', async () => {
    const chat = await alertReceiver()
    await notify('gone')
    await createNotificationStore(db, APIS).resolve(OPERATOR, (await row('gone'))?.id ?? '')

    await alertsOf(db, chat.url, log.log).tick(running())

    expect(chat.requests).toEqual([])
  })

  test.each<[string, (orderId: string) => Promise<unknown>]>([
    ['is canceled', (id) => ledger(db).cancel(OPERATOR, id)],
    [
      'waits for the daily limit',
      async (id) => {
        const limited = ledger(db, { purchaseDailyLimit: 2 })
        return limited.choose(await claimed(limited, id), candidates(1))
      },
    ],
  ])(
    'of a batch that waits for its imports, is sent once, with all its numbers, when the last order %s',
    async (_name, end) => {
      const chat = await alertReceiver()
      const alerts = alertsOf(db, chat.url, log.log)
      const store = ledger(db)
      await sql(url, "select create_batch($1, gen_random_uuid(), 'CA', '604', false, 3, 0)", [
        OPERATOR,
      ])
      const orders = await sql<{ id: string }>(url, 'select id from number_orders')
      const [one, two, three] = orders.map(({ id }) => id)
      const buyForImport = async (id = '') => {
        const { order } = await store.choose(await claimed(store, id), candidates(1))
        await store.recordBought(order as LeasedOrder, aPurchase({ manualImport: true }))
        return order.phone?.phone_number ?? ''
      }

      const bought = [await buyForImport(one), await buyForImport(two)]
      await alerts.tick(running())
      expect(chat.texts()).toEqual([])
      await end(three ?? '')
      await alerts.tick(running())
      await alerts.tick(running())

      const reported = chat.texts().filter((text) => text.includes('batch_import_required'))
      expect(reported).toHaveLength(1)
      for (const number of bought) expect(reported[0]).toContain(number)
    },
  )

  test('of twenty notifications, with two servers at it, is sent once each', async () => {
    const chat = await alertReceiver()
    const subjects = Array.from({ length: 20 }, () => randomUUID())
    for (const subject of subjects) await notify(subject, `about ${subject}.`)
    const servers = [
      alertsOf(db, chat.url, log.log),
      alertsOf(openDatabase(url), chat.url, log.log),
    ]

    await Promise.all(servers.map((server) => server.tick(running())))

    const reported = chat.texts().map((text) => /about (\S+)\./.exec(text)?.[1])
    expect(reported.toSorted()).toEqual(subjects.toSorted())
  })

  test.each<[string, Behaviour]>([
    ['answers 500', answerText(500, 'no')],
    ['answers 429', answerText(429, 'slow down')],
    ['answers 408', answerText(408, 'too slow')],
    ['drops the connection', drop],
    ['never answers', hang],
  ])(
    'to a receiver that %s, waits, leaves the others alone, and is sent later',
    async (_name, behaviour) => {
      const chat = await alertReceiver(behaviour, answerText(200, 'ok'))
      const alerts = alertsOf(db, chat.url, log.log, behaviour === hang ? 500 : undefined)
      await notify('late', 'Do this.')
      await notify('later', 'Do that.')

      await alerts.tick(running())

      expect(chat.requests).toHaveLength(1)
      expect(await row('late')).toMatchObject({ attempts: 1, reported: false, due: true })
      await alerts.tick(running())
      expect(chat.texts()).toMatchObject([{}, expect.stringContaining('Do that.')])

      await dueNow()
      await alerts.tick(running())

      expect(chat.texts()[2]).toContain('Do this.')
      expect(await row('late')).toMatchObject({ attempts: 2, reported: true, due: false })
      expect(log.text()).not.toContain(ALERT_PATH)
    },
  )

  test('to a receiver that names a time to wait, waits at least as long', async () => {
    const chat = await alertReceiver((res) => {
      res.writeHead(429, { 'retry-after': '600' }).end()
    })
    await notify('patient')

    await alertsOf(db, chat.url, log.log).tick(running())

    const waiting = await sql(
      url,
      "select 1 from admin_notifications where alert_due_at > now() + interval '9 minutes'",
    )
    expect(waiting).toHaveLength(1)
  })

  test.each<[string, Behaviour]>([
    ['refuses it', answerText(404, 'no_service')],
    ['forbids it', answerText(403, 'invalid_token')],
    [
      'sends it elsewhere',
      (res) => void res.writeHead(307, { location: '/services/elsewhere' }).end(),
    ],
  ])(
    'to a receiver that %s, is given up and logged, and the notification stays',
    async (_name, behaviour) => {
      const chat = await alertReceiver(behaviour)
      const alerts = alertsOf(db, chat.url, log.log)
      await notify('refused')

      await alerts.tick(running())
      await alerts.tick(running())

      expect(chat.requests).toMatchObject([{ url: ALERT_PATH }])
      expect(await row('refused')).toMatchObject({ reported: false, due: false })
      const pending = await createNotificationStore(db, APIS).list(
        { status: 'pending', type: null },
        { limit: 50, cursor: null },
      )
      expect(pending.rows).toHaveLength(1)
      expect(log.entries()).toMatchObject([
        {
          level: 50,
          reason: expect.stringMatching(/^answered \d{3}$/),
          type: 'phone_setup_failed',
        },
      ])
      expect(log.text()).not.toContain(ALERT_PATH)
    },
  )

  test('that failed for a day, is given up', async () => {
    const chat = await alertReceiver(answerText(503, 'down'))
    await notify('exhausted')
    await sql(url, 'update admin_notifications set alert_attempts = 299')

    await alertsOf(db, chat.url, log.log).tick(running())

    expect(await row('exhausted')).toMatchObject({ attempts: 300, reported: false, due: false })
    expect(log.text()).toContain('alert given up')
  })

  test('of a server that died while it sent one, is sent by the next when the lease is over', async () => {
    const chat = await alertReceiver()
    await notify('orphaned')
    await sql(url, 'select claim_alert(60000)')
    const alerts = alertsOf(db, chat.url, log.log)
    await alerts.tick(running())
    expect(chat.requests).toEqual([])

    await dueNow()
    await alerts.tick(running())

    expect(chat.requests).toHaveLength(1)
  })

  test('to Slack, about an organization with an unkind name, calls nobody and links nowhere', async () => {
    const chat = await alertReceiver()
    const organizationId = await anOrganization(url)
    await sql(url, "update organizations set name = '<!channel> & <https://evil.example|Co>'")
    await notify('unkind', 'Send {"organizationId": "<its id>"}.', organizationId)

    await alertsOf(db, chat.url, log.log).tick(running())

    expect(chat.texts()[0]).toContain('&lt;!channel&gt; &amp; &lt;https://evil.example|Co&gt;')
    expect(chat.texts()[0]).not.toMatch(/[<>]/)
  })
})

describe('a deployment', () => {
  test('with ALERT_WEBHOOK_URL, tells what its webhooks find, and its log tells nothing of the URL', async () => {
    const chat = await alertReceiver(answerText(500, 'not yet'), answerText(200, 'ok'))
    const world = await startWorld({
      timings: { alertsIntervalMs: 20 },
      settings: { ALERT_WEBHOOK_URL: chat.url, POOL_MIN: '0' },
    })
    const server = await startServer(
      { ...world.config, server: { ...world.config.server, port: 0 } },
      { log: world.context.log },
    )
    onTestFinished(() => server.stop().finally(() => world.stop()))
    await twilioPost(world, SMS_PATH, aText('+16045558777'))

    await expect.poll(() => chat.requests.length).toBe(2)

    expect(chat.texts()[1]).toContain('Orgline: sms_routing_failed\nNumber: +16045558777\n')
    expect(await leaksOf(world, [ALERT_PATH])).toEqual([])
  })

  test('without ALERT_WEBHOOK_URL, has nothing to run, and leaves notifications as they are', async () => {
    const world = await startWorld()
    onTestFinished(() => world.stop())
    await twilioPost(world, SMS_PATH, aText('+16045558778'))

    expect(world.context.notifications.alerts).toBeUndefined()
    expect(
      await world.sql('select alerted_at, alert_attempts, status from admin_notifications'),
    ).toEqual([{ alerted_at: null, alert_attempts: 0, status: 'pending' }])
  })
})
