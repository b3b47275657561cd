import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { effects } from '../support/effects.ts'
import { expectProblem } from '../support/problems.ts'
import { request, signUp } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('what an organization may make for nothing', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => world.stop())

  test.each([
    [
      'API keys',
      500,
      'api-keys',
      { name: 'CRM', scopes: ['read'] },
      `insert into api_keys (organization_id, name, prefix, key_hash, scopes)
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}'`,
    ],
    [
      'open invites',
      500,
      'members',
      { email: 'one-more@example.com' },
      `insert into organization_invites (organization_id, email, role, token_hash)
       select $1, n || '@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex')`,
    ],
    [
      'contacts',
      100_000,
      'contacts',
      { phoneNumber: '+16045559999' },
      `insert into contacts (organization_id, phone_number) select $1, '+1604' || 2000000 + n`,
    ],
    [
      'numbers on its do-not-call list',
      100_000,
      'do-not-call',
      { phoneNumber: '+16045559999' },
      `insert into do_not_call (organization_id, phone_number) select $1, '+1604' || 2000000 + n`,
    ],
  ])(
    '%s, %i of which are there, are no more; of another organization they are',
    async (what, most, path, body, insert) => {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      const add = (id: string, as: string) =>
        request(world.origin, 'POST', `/api/organizations/${id}/${path}`, { token: as, body })
      await world.sql(`${insert} from generate_series(1, ${most}) n`, [organization.id])
      const before = await effects(world)

      const beyond = await add(organization.id, token)

      expectProblem(beyond, 409, 'row_limit_reached')
      expect(beyond.body.detail).toContain(`${most} ${what}`)
      expect(await effects(world)).toEqual(before)
      const other = await signUp(world, { provisionPhone: false, name: `Other ${randomUUID()}` })
      expect((await add(other.organization.id, other.token)).status).toBeLessThan(300)
    },
  )

  test.each(['revoked_at', 'expires_at'])(
    'API keys that ended, by their %s, take no room',
    async (end) => {
      const { organization, token } = await signUp(world, { provisionPhone: false })
      await world.sql(
        `insert into api_keys (organization_id, name, prefix, key_hash, scopes, ${end})
       select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', now()
       from generate_series(1, 500)`,
        [organization.id],
      )

      const path = `/api/organizations/${organization.id}/api-keys`
      const body = { name: 'CRM', scopes: ['read'] }
      expect((await request(world.origin, 'POST', path, { token, body })).status).toBe(201)
    },
  )
})
