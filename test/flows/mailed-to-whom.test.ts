import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { mailsTo, sendMails } from '../support/mails.ts'
import { ADMIN, aUser, request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what happens to an organization', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld({ hasMail: true })
  })
  afterAll(() => stopWithCleanLogs(world))

  /** Signed up by a user who types this address; its own where none is given. */
  async function anOrganization(typed?: string) {
    const founder = await aUser(world)
    const { organization } = await signUp(
      world,
      { email: typed ?? founder.email, provisionPhone: false },
      founder.token,
    )
    const path = `/api/organizations/${organization.id}`
    return { id: organization.id as string, founder, path }
  }
  type Organization = Awaited<ReturnType<typeof anOrganization>>

  /** One more admin, by an invite that was accepted. */
  async function anAdmin({ path, founder }: Organization) {
    const admin = await aUser(world)
    const { body } = await request(world.origin, 'POST', `${path}/members`, {
      token: founder.token,
      body: { email: admin.email, role: 'admin' },
    })
    const { body: own } = await request(world.origin, 'GET', '/api/invites', { token: admin.token })
    await request(world.origin, 'POST', `/api/invites/${own.invites[0].id}/accept`, {
      token: admin.token,
      body: { token: body.inviteToken },
    })
    return admin
  }
  const happens = ({ id }: Organization) =>
    world.sql("select private.record_event('voicemail.received', $1, null, false, $2)", [
      id,
      { from: '+16045559876', to: '+16045550123', began_at: '2026-11-29T10:00:00.123456+00:00' },
    ])
  async function mailed(...addresses: string[]) {
    await sendMails(world)
    const mails = await Promise.all(addresses.map((address) => mailsTo(world, address)))
    return mails.map((each) => each.filter(({ subject }) => subject.includes('on tape')).length)
  }

  test('is mailed to who signed it up, at the address of their token, and not at one that they typed', async () => {
    const typed = `${randomUUID()}@example.com`
    const organization = await anOrganization(typed)

    await happens(organization)

    expect(await mailed(organization.founder.email, typed)).toEqual([1, 0])
  })

  test('signed up by an operator, is mailed to nobody at an address that nobody has proven', async () => {
    const email = `${randomUUID()}@example.com`
    const { organization } = await signUp(world, { email, provisionPhone: false }, ADMIN)

    await happens({ id: organization.id } as Organization)

    expect(await mailed(email)).toEqual([0])
  })

  test.each([
    [
      'removed',
      ({ path, founder }: Organization, token: string) =>
        request(world.origin, 'DELETE', `${path}/members/${founder.id}`, { token }),
    ],
    [
      'made a member',
      ({ path, founder }: Organization, token: string) =>
        request(world.origin, 'POST', `${path}/members`, {
          token,
          body: { userId: founder.id, role: 'member' },
        }),
    ],
  ])(
    'is mailed no more to a founder who is %s, and neither is what waited',
    async (_how, leave) => {
      const organization = await anOrganization()
      const admin = await anAdmin(organization)
      await happens(organization)

      const left = await leave(organization, admin.token)
      await happens(organization)

      expect(left.status).toBeLessThan(300)
      expect(await mailed(organization.founder.email, admin.email)).toEqual([0, 2])
    },
  )

  test('is mailed to nobody any more, where it waited and the organization was suspended', async () => {
    const organization = await anOrganization()
    await happens(organization)

    await request(world.origin, 'PATCH', organization.path, {
      token: ADMIN,
      body: { status: 'suspended' },
    })

    expect(await mailed(organization.founder.email)).toEqual([0])
  })
})
