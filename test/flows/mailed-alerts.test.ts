import { randomUUID } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { NotificationType } from '../../src/notifications/notification.ts'
import { registerServerStart } from '../../src/server/register-server-start.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { mailsTo, sendMails } from '../support/mails.ts'
import { ADMIN, aUser, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

const OPERATORS = 'operators@sandbox.example'
const CUSTOMER = '+16045559876'
const AT = '2026-11-29T10:00:00.123456+00:00'

let world: World
beforeAll(async () => {
  world = await startWorld({ hasMail: true })
})
afterAll(() => stopWithCleanLogs(world))

const notify = (type: string, subject: string, facts: object) =>
  world.sql('select private.notify($1, $2, $3)', [type, subject, facts])
const alertsWith = async (words: string) =>
  (await mailsTo(world, OPERATORS)).filter(({ text }) => text.includes(words))

describe('an alert by mail', () => {
  test('of what keeps callers or money waiting, is sent at once and once, with customers masked', async () => {
    const mark = `Calls to ${CUSTOMER} fail, ${randomUUID()}`
    await notify('account_problem', mark, { carrier: 'twilio', error: mark })
    await notify('phone_setup_failed', mark, {
      cause: 'release',
      number: '+16045550123',
      error: mark,
    })

    await sendMails(world)
    await sendMails(world)

    const mails = (await mailsTo(world, OPERATORS)).filter(({ text }) =>
      text.includes(mark.slice(-36)),
    )
    expect(mails.length).toBeGreaterThan(0)
    expect(new Set(mails.map(({ messageId }) => messageId)).size).toBe(mails.length)
    for (const { text, html } of mails) {
      expect(text).toContain('+1604•••9876')
      expect(text + html).not.toContain(CUSTOMER)
    }
  })

  test('of what can wait, is sent in the morning, with all others of the day', async () => {
    const marks = [randomUUID(), randomUUID()]
    for (const mark of marks)
      await notify('webhook_endpoint_paused', mark, {
        cause: 'failing',
        endpoint_id: mark,
        organization: null,
        host: 'crm.example.com',
        since: AT,
        error: 'no answer',
      })
    await sendMails(world)
    const before = await alertsWith(marks[0] ?? '')
    const due = await world.sql<{ at: string }>(
      "select to_char(due_at at time zone 'UTC', 'HH24:MI') as at from mails where is_daily and sent_at is null",
    )

    await world.sql('update mails set due_at = now() where is_daily and due_at is not null')
    await sendMails(world)

    const [digest, ...more] = await alertsWith(marks[0] ?? '')
    expect(before).toEqual([])
    expect(new Set(due.map(({ at }) => at))).toEqual(new Set(['08:00']))
    expect(more).toEqual([])
    expect(digest?.text).toContain(marks[1])
  })

  test('of what was resolved before it was sent, is not sent', async () => {
    const mark = randomUUID()
    await notify('phone_setup_failed', mark, {
      cause: 'release',
      number: '+16045550123',
      error: mark,
    })
    const [opened] = (await notifications(world)).filter(({ message }) => message.includes(mark))
    const path = `/api/admin/notifications/${opened?.id}/resolve`

    await request(world.origin, 'POST', path, { token: ADMIN })
    await sendMails(world)

    expect(await alertsWith(mark)).toEqual([])
  })

  test('that mail is not sent, is told by the chat and not by mail', async () => {
    await notify('mail_not_sent', 'server', { cause: 'waiting', since: AT, error: 'x' })

    const waiting = await world.sql(
      "select 1 from mails m join admin_notifications n on n.id = m.notification_id where n.type = 'mail_not_sent'",
    )

    expect(waiting).toEqual([])
    await world.sql("select private.resolve_notifications('{mail_not_sent}', 'server', 'system')")
  })
})

describe('an organization’s own mail', () => {
  /** An organization, with the address of its only admin. */
  async function anOrganization() {
    const { email, token } = await aUser(world)
    const { organization } = await signUp(world, { provisionPhone: false }, token)
    return { id: organization.id as string, email, token }
  }
  const happens = (type: string, id: string, facts: object) =>
    world.sql('select private.record_event($1, $2, null, false, $3)', [type, id, facts])
  const voicemail = { from: CUSTOMER, to: '+16045550123', began_at: AT }
  const unanswered = {
    from: CUSTOMER,
    to: '+16045550123',
    sent_at: AT,
    failure_reason: 'agent_silent',
  }

  test('of a message on tape, goes to its admins, and to no other organization', async () => {
    const [one, other] = [await anOrganization(), await anOrganization()]
    const admin = `${randomUUID()}@example.com`
    await world.sql(
      "insert into organization_members (organization_id, user_id, role, email) values ($1, $2, 'admin', $3), ($1, $4, 'member', $5)",
      [one.id, randomUUID(), admin, randomUUID(), `member-${admin}`],
    )

    await happens('voicemail.received', one.id, voicemail)
    await sendMails(world)

    for (const address of [one.email, admin])
      expect(await mailsTo(world, address)).toMatchObject([
        { subject: `A message on tape from ${CUSTOMER}` },
      ])
    expect(await mailsTo(world, `member-${admin}`)).toEqual([])
    expect(await mailsTo(world, other.email)).toEqual([])
  })

  test('of a number, once it is ready, is sent by the sign-up itself', async () => {
    const { email, token } = await aUser(world)

    const { organization } = await signUp(world, {}, token)
    await sendMails(world)

    expect(organization.readyToUse).toBe(true)
    expect(await mailsTo(world, email)).toMatchObject([
      { subject: `Your phone number ${organization.phoneNumber} is ready` },
    ])
  })

  test('of answers that fail, is sent once in an hour', async () => {
    const { id, email } = await anOrganization()

    await happens('text_reply.failed', id, unanswered)
    await happens('text_reply.failed', id, unanswered)
    await sendMails(world)

    expect(await mailsTo(world, email)).toMatchObject([
      { subject: `${CUSTOMER} waits for an answer` },
    ])
  })

  test('of a budget, is sent once a day, when four fifths of it are spent', async () => {
    const { id, email } = await anOrganization()
    const guard = (spent: number) =>
      world.sql('select private.mail_budget($1, $2, 60000000)', [id, spent])

    await guard(47_900_000)
    await sendMails(world)
    const before = await mailsTo(world, email)
    await guard(48_000_000)
    await guard(55_000_000)
    await sendMails(world)

    expect(before).toEqual([])
    expect(await mailsTo(world, email)).toMatchObject([
      { text: expect.stringContaining('have cost $48.00 in 24 hours, and may cost $60.00') },
    ])
  })

  test('turned off in its settings, is not sent, and turned on again, is', async () => {
    const { id, email, token } = await anOrganization()
    const path = `/api/organizations/${id}`
    const set = (alert_mails: boolean | null) =>
      request(world.origin, 'PATCH', path, { token, body: { settings: { alert_mails } } })

    const off = await set(false)
    await happens('voicemail.received', id, voicemail)
    await sendMails(world)
    const before = await mailsTo(world, email)
    await set(null)
    await happens('voicemail.received', id, voicemail)
    await sendMails(world)

    expect(off.body.organization.settings).toMatchObject({ alert_mails: false })
    expect(before).toEqual([])
    expect(await mailsTo(world, email)).toHaveLength(1)
  })

  test('about a customer who is erased before it was sent, is not sent', async () => {
    const { id, email, token } = await anOrganization()
    const { body } = await request(world.origin, 'POST', `/api/organizations/${id}/contacts`, {
      token,
      body: { phoneNumber: CUSTOMER },
    })
    const contact = body.contact.id as string
    await world.sql("select private.record_event('voicemail.received', $1, $2, false, $3)", [
      id,
      contact,
      voicemail,
    ])

    await request(world.origin, 'DELETE', `/api/organizations/${id}/contacts/${contact}`, { token })
    await sendMails(world)

    expect(await mailsTo(world, email)).toEqual([])
  })

  test('of a copy of the database, is not sent: the original does that', async () => {
    const { id, email } = await anOrganization()
    await happens('voicemail.received', id, voicemail)
    await world.sql("update deployment set public_url = 'https://original.example.com'")

    await sendMails(world)
    const before = await mailsTo(world, email)
    await world.sql('update deployment set public_url = null')
    await sendMails(world)

    expect(before).toEqual([])
    expect(await mailsTo(world, email)).toHaveLength(1)
  })
})

test('a server without a setting, once started, leaves no mail waiting that nobody sends', async () => {
  const { config, context } = world
  const mark = randomUUID()

  await registerServerStart(context.db, { ...config, mail: undefined })
  await notify('phone_setup_failed', mark, {
    cause: 'release',
    number: '+16045550123',
    error: mark,
  })
  const waiting = await world.sql('select 1 from mails where due_at is not null')
  await registerServerStart(context.db, config)

  expect(waiting).toEqual([])
  expect(await world.sql('select mail_kinds from deployment')).toEqual([
    { mail_kinds: ['invitation', 'notification', 'organization'] },
  ])
})

test('what can wait for a day, in the document, is what the database keeps for the morning', async () => {
  const types = NotificationType.options.filter((type) => type !== 'mail_not_sent')
  for (const type of types)
    await world.sql(
      'insert into admin_notifications (type, subject, message) values ($1, $2, $1)',
      [type, randomUUID()],
    )

  const daily = await world.sql<{ type: string }>(
    'select distinct n.type from mails m join admin_notifications n on n.id = m.notification_id where m.is_daily',
  )

  const operations = readFileSync(new URL('../../docs/operations.md', import.meta.url), 'utf8')
  const listed = /sent together at 08:00 UTC: (.*?)\./.exec(operations)?.[1]?.match(/\w+(?=`)/g)
  expect(daily.map(({ type }) => type).toSorted()).toEqual(listed?.toSorted())
})
