import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { breakMail, inviteIn, mailsDueNow, mailsTo, sendMails } from '../support/mails.ts'
import { expectProblem } from '../support/problems.ts'
import { ADMIN, aUser, notifications, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('an invitation by mail', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ hasMail: true })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Invites a user by the address; `again` does so once more. */
  async function invited() {
    const user = await aUser(world)
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}/members`
    const invite = () =>
      request(world.origin, 'POST', path, { token, body: { email: user.email, role: 'admin' } })
    const withdraw = () => request(world.origin, 'DELETE', `${path}/${user.email}`, { token })
    return { user, organization, answer: await invite(), again: invite, withdraw }
  }
  const accept = (invite: string, token: string, as: { token: string }) =>
    request(world.origin, 'POST', `/api/invites/${invite}/accept`, {
      token: as.token,
      body: { token },
    })

  test('to an address, is sent once, says who invites, and its link lets that user in', async () => {
    const { user, organization, answer } = await invited()

    await sendMails(world)
    await sendMails(world)
    const mails = await mailsTo(world, user.email)
    const [mail] = mails
    const { invite, token } = inviteIn(mail as (typeof mails)[0])
    const accepted = await accept(invite, token, user)

    expect(answer.body).toMatchObject({ inviteMailed: true })
    expect(mails).toHaveLength(1)
    expect(mail).toMatchObject({
      subject: `Your invitation to ${organization.name}`,
      from: expect.stringContaining('line@sandbox.example'),
    })
    expect(mail?.html).toContain(token)
    expect(accepted).toMatchObject({ status: 200, body: { member: { role: 'admin' } } })
    expect(world.logs.join('')).not.toContain(token)
    expect(JSON.stringify(await world.sql('select * from mails'))).not.toContain(token)
  })

  test('to an address, leaves the token that inviting answered as good as the link', async () => {
    const { user, answer } = await invited()
    await sendMails(world)
    const [mail] = await mailsTo(world, user.email)
    const { invite } = inviteIn(mail as NonNullable<typeof mail>)

    const accepted = await accept(invite, answer.body.inviteToken, user)

    expect(accepted.status).toBe(200)
  })

  test('whose link was used, lets nobody in a second time, also after a removal', async () => {
    const { user, organization } = await invited()
    await sendMails(world)
    const [mail] = await mailsTo(world, user.email)
    const { invite, token } = inviteIn(mail as NonNullable<typeof mail>)
    await accept(invite, token, user)

    const again = await accept(invite, token, user)
    const members = `/api/organizations/${organization.id}/members`
    await request(world.origin, 'DELETE', `${members}/${user.id}`, { token: ADMIN })
    const removed = await accept(invite, token, user)

    expectProblem(again, 404, 'invite_not_found')
    expectProblem(removed, 404, 'invite_not_found')
  })

  test('whose link somebody else has, who signs in with another address, does not let them in', async () => {
    const { user } = await invited()
    await sendMails(world)
    const [mail] = await mailsTo(world, user.email)
    const { invite, token } = inviteIn(mail as NonNullable<typeof mail>)

    const stolen = await accept(invite, token, await aUser(world))
    const own = await accept(invite, token, user)

    expectProblem(stolen, 404, 'invite_not_found')
    expect(own.status).toBe(200)
  })

  test('whose link is out of date, is refused and says until when it was good', async () => {
    const { user } = await invited()
    await sendMails(world)
    const [mail] = await mailsTo(world, user.email)
    const { invite, token } = inviteIn(mail as NonNullable<typeof mail>)
    await world.sql(
      "update invite_links set expires_at = '2026-01-02T03:04:05Z' where invite_id = $1",
      [invite],
    )

    const answer = await accept(invite, token, user)

    expectProblem(answer, 403, 'invite_token_wrong')
    expect(answer.body.detail).toContain('good until 2026-01-02T03:04:05Z')
  })

  test('made anew, ends the link of the one before, and has its own', async () => {
    const { user, again } = await invited()
    await sendMails(world)
    await again()
    await sendMails(world)
    const mails = await mailsTo(world, user.email)
    const [first, second] = mails.map(inviteIn)

    const refused = await accept(first?.invite ?? '', first?.token ?? '', user)
    const accepted = await accept(second?.invite ?? '', second?.token ?? '', user)

    expectProblem(refused, 403, 'invite_token_wrong')
    expect(accepted.status).toBe(200)
  })

  test('withdrawn before it was sent, is sent to nobody', async () => {
    const { user, withdraw } = await invited()

    await withdraw()
    await sendMails(world)

    expect(await mailsTo(world, user.email)).toEqual([])
  })

  test('to an address that is refused for ever, is not sent again, and a person is told', async () => {
    const { user } = await invited()
    const other = await invited()
    await breakMail(world, { at: 'rcpt', status: 550, to: user.email })

    await sendMails(world)
    await mailsDueNow(world)
    await sendMails(world)

    const [notes] = (await notifications(world)).filter(({ message }) =>
      message.includes(user.email),
    )
    expect(await mailsTo(world, user.email)).toEqual([])
    expect(await mailsTo(world, other.user.email)).toHaveLength(1)
    expect(notes).toMatchObject({ type: 'mail_not_sent', occurrences: 1 })
    expect(notes?.message).toContain('An invitation to')
    expect(notes?.message).toContain(`550 5.1.1 <${user.email}>`)
    const line = world.logs.find((each) => each.includes('550 5.1.1'))
    expect(JSON.parse(line ?? '')).toMatchObject({ result: 'refused', code: '550 5.1.1' })
    expect(world.logs.join('')).not.toContain(user.email)
  })

  test('to addresses that are refused for ever, however many, is told as one thing of its organization', async () => {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const addresses = Array.from({ length: 3 }, () => `${randomUUID()}@example.com`)
    for (const to of addresses) {
      await breakMail(world, { at: 'rcpt', status: 550, to })
      const path = `/api/organizations/${organization.id}/members`
      await request(world.origin, 'POST', path, { token, body: { email: to } })
    }

    await sendMails(world)

    const notes = (await notifications(world)).filter(
      ({ type, organization_id }) =>
        type === 'mail_not_sent' && organization_id === organization.id,
    )
    expect(notes).toMatchObject([
      { occurrences: 3, message: expect.stringContaining(addresses[2] ?? '') },
    ])
  })

  test('to an address that is put off, is sent later, and nobody is told', async () => {
    const { user } = await invited()
    await breakMail(world, { at: 'rcpt', status: 451, to: user.email })

    await sendMails(world)
    const before = await mailsTo(world, user.email)
    await mailsDueNow(world)
    await sendMails(world)

    const notes = (await notifications(world)).filter(({ message }) => message.includes(user.email))
    expect([before.length, (await mailsTo(world, user.email)).length]).toEqual([0, 1])
    expect(notes).toEqual([])
    expect(world.logs.some((line) => line.includes('"code":"451 4.1.1"'))).toBe(true)
    expect(world.logs.join('')).not.toContain(user.email)
  })

  test('whose answer is lost, is sent again, and a mailbox can tell that it is the same', async () => {
    const { user } = await invited()
    await breakMail(world, { at: 'lost' })

    await sendMails(world)
    await mailsDueNow(world)
    await sendMails(world)

    const [first, second] = await mailsTo(world, user.email)
    expect(second?.messageId).toBe(first?.messageId)
    const { invite, token } = inviteIn(first as NonNullable<typeof first>)
    expect((await accept(invite, token, user)).status).toBe(200)
  })

  test.each([
    ['takes no connection', { at: 'connect', times: 10 }],
    ['refuses the login', { at: 'login', status: 535, times: 10 }],
  ])(
    'while the server of mail %s, waits, a person is told once it lasts, and it is sent in the end',
    async (_how, broken) => {
      const { user } = await invited()
      await breakMail(world, broken)
      const notes = async () =>
        (await notifications(world, '?status=pending&type=mail_not_sent')).filter(({ message }) =>
          message.startsWith('Mail waits'),
        )

      await sendMails(world)
      const first = await notes()
      for (let tries = 2; tries <= 5; tries += 1) {
        await mailsDueNow(world)
        await sendMails(world)
      }
      const lasting = await notes()
      await request(world.twins.origin, 'DELETE', '/control/mail')
      await mailsDueNow(world)
      await sendMails(world)

      expect([first.length, lasting.length]).toEqual([0, 1])
      expect(lasting[0]?.message).not.toContain('sandbox-smtp-password')
      expect(await mailsTo(world, user.email)).toHaveLength(1)
      expect(await notes()).toEqual([])
    },
  )
})

test('an invitation, where no mail is sent, says so to whoever invites', async () => {
  const world = await startWorld()
  const { organization, token } = await signUp(world, { provisionPhone: false })

  const { body } = await request(
    world.origin,
    'POST',
    `/api/organizations/${organization.id}/members`,
    {
      token,
      body: { email: 'ann@example.com' },
    },
  )

  expect(body).toMatchObject({ inviteMailed: false, inviteToken: expect.any(String) })
  expect(world.context.notifications.mails).toBeUndefined()
  await stopWithCleanLogs(world)
})
