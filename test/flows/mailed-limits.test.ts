import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { mailsTo, sendMails } from '../support/mails.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('invitations by mail', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ hasMail: true })
  })
  afterAll(() => stopWithCleanLogs(world))

  async function anOrganization() {
    const { organization, token } = await signUp(world, { provisionPhone: false })
    const path = `/api/organizations/${organization.id}`
    const invite = async (email: string) =>
      (await request(world.origin, 'POST', `${path}/members`, { token, body: { email } })).body
    return { id: organization.id as string, path, invite }
  }
  const anAddress = () => `${randomUUID()}@example.com`

  test('to one address, are three a day of one organization and five of all, and each invite holds', async () => {
    const [one, two, third] = await Promise.all([
      anOrganization(),
      anOrganization(),
      anOrganization(),
    ])
    const email = anAddress()
    const mailed: boolean[] = []
    const tokens: unknown[] = []
    for (const { invite } of [one, one, one, one, two, two, two, third]) {
      const body = await invite(email)
      mailed.push(body.inviteMailed)
      tokens.push(body.inviteToken)
      await sendMails(world)
    }

    expect(mailed).toEqual([true, true, true, false, true, true, false, false])
    expect(await mailsTo(world, email)).toHaveLength(5)
    expect(tokens.every((token) => typeof token === 'string')).toBe(true)
    expect(await third.invite(anAddress())).toMatchObject({ inviteMailed: true })
  })

  test('of one organization, are a hundred a day, and a day later as many again', async () => {
    const { id, invite } = await anOrganization()
    await invite(anAddress())
    const counted = async (rows: number, hours: number) => {
      await world.sql("delete from added_rows where what = 'invitation_mails' and owner = $1", [id])
      await world.sql(
        `insert into added_rows (what, owner, rows, hour)
         values ('invitation_mails', $1, $2, date_trunc('hour', now()) - make_interval(hours => $3))`,
        [id, rows, hours],
      )
    }

    await counted(99, 0)
    const last = await invite(anAddress())
    const beyond = await invite(anAddress())
    await counted(100, 25)
    const later = await invite(anAddress())

    expect([last, beyond, later].map(({ inviteMailed }) => inviteMailed)).toEqual([
      true,
      false,
      true,
    ])
  })

  test('of an organization that is suspended, or waits to be let in, are none', async () => {
    const { path } = await anOrganization()
    await request(world.origin, 'PATCH', path, { token: ADMIN, body: { status: 'suspended' } })
    const email = anAddress()

    const { body } = await request(world.origin, 'POST', `${path}/members`, {
      token: ADMIN,
      body: { email },
    })
    await sendMails(world)

    expect(body).toMatchObject({ inviteMailed: false })
    expect(await mailsTo(world, email)).toEqual([])
  })

  test('of which many wait, are sent behind an alert that came later', async () => {
    const { invite } = await anOrganization()
    const mark = randomUUID()
    await invite(anAddress())
    await world.sql("select private.notify('account_problem', $1, $2)", [
      mark,
      { carrier: 'twilio', error: mark },
    ])
    const claim = () =>
      world.sql<{ kind: string }>(
        "select public.claim_mail(60000, $1, $2, 7) -> 'claim' ->> 'kind' as kind",
        [world.context.config.publicUrl, randomUUID().replaceAll('-', '').repeat(2)],
      )

    const [first] = await claim()

    expect(first).toEqual({ kind: 'notification' })
  })
})
