import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import type { Actor } from '../../src/platform/actor.ts'
import { actorFunctions, ownedBy } from '../support/actor-functions.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { untyped } from '../support/stand-in.ts'

const OTHER = randomUUID()
const GUEST = randomUUID()

const FROM = { address: '192.0.2.7', requestId: randomUUID() }

/** What opens doors: how its ends are found, the line that names each, and the user whom a change is about. */
const grants = {
  'a key': {
    live: 'select id from api_keys where organization_id = $1 and revoked_at is null',
    named: "select subject from audit_log where action = 'revoke_api_key'",
    about: OTHER,
    by: 'remove_member',
  },
  'an active endpoint': {
    live: "select id from webhook_endpoints where organization_id = $1 and status = 'active'",
    named:
      "select subject from audit_log where action in ('change_webhook_endpoint', 'delete_webhook_endpoint')",
    about: OTHER,
    by: 'remove_member',
  },
  'an open invite': {
    live: 'select id from organization_invites where organization_id = $1',
    named: "select subject from audit_log where action = 'remove_member'",
    about: OTHER,
    by: 'remove_member',
  },
  'an open invite of a user': {
    live: `select id from organization_invites where organization_id = $1 and user_id = '${GUEST}'`,
    named: `select coalesce(details ->> 'invite_id', subject) as subject from audit_log
      where (action = 'set_member' and details ? 'invite_id' or action = 'remove_member')`,
    about: GUEST,
    by: 'set_member',
  },
}

/** Of these, what belongs to the organization and not to whoever made it. */
const ofOrganizations = `${grants['a key'].live} union all ${grants['an active endpoint'].live}`

/** All that a function ends when it is asked to. */
const optionsOf = (args: string[]) => ({
  ...(args.includes('role') && { role: 'member' }),
  ...(args.includes('revokeKeys') && { revokeKeys: true }),
  ...(args.includes('pauseEndpoints') && { pauseEndpoints: true }),
})

const codeOf = (error: unknown) => (error as { code?: string }).code

/** Somebody who has made two keys, two endpoints and two invites, a user whom nobody in particular has invited, and an agent with a key of its own. */
const arrange = [
  `insert into organization_members (organization_id, user_id, role) values ($1, '${OTHER}', 'admin')`,
  `insert into api_keys (organization_id, name, prefix, key_hash, scopes, created_by)
   select $1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}', '${OTHER}' from generate_series(1, 2)`,
  `insert into webhook_endpoints (organization_id, url, secret, created_by, url_by)
   select $1, 'https://crm.example.com', '', '${OTHER}', '${OTHER}' from generate_series(1, 2)`,
  `insert into organization_invites (organization_id, email, role, token_hash, invited_by)
   select $1, gen_random_uuid() || '@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '${OTHER}'
   from generate_series(1, 2)`,
  `insert into organization_invites (organization_id, user_id, role, token_hash)
   values ($1, '${GUEST}', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex'))`,
  `with made as (
     insert into api_keys (organization_id, name, prefix, key_hash, scopes)
     values ($1, 'Agent', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}') returning id)
   update agents set api_key_id = made.id from made where organization_id = $1 and status = 'active'`,
]

describe('the audit log, of a change that ends what opens doors,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 2 }))
  })
  afterAll(() => drop())

  test.each(Object.entries(grants))(
    'names %s that was ended, whichever function did it',
    async (_what, { live, named: lines, about, by }) => {
      const ending: string[] = []
      for (const { name, args } of await actorFunctions(url)) {
        const owned = await ownedBy(url)
        for (const each of arrange) await sql(url, each, [owned.organizationId])
        const requestId = randomUUID()
        const actor: Actor = {
          kind: 'operator',
          name: 'alice',
          from: { ...FROM, requestId },
        }
        const member = args.includes('memberUserId') && { memberUserId: about, email: null }
        const asked = {
          ...owned.valuesFor(name, args),
          ...member,
          ...optionsOf(args),
        }
        const ids = async () =>
          (await sql<{ id: string }>(url, live, [owned.organizationId])).map(({ id }) => id)
        const before = await ids()

        await untyped(db)
          .rpc(name, { ...asked, actor }, z.looseObject({}))
          .catch(() => undefined)

        const after = await ids()
        const ended = before.filter((id) => !after.includes(id)).toSorted()
        const named = await sql<{ subject: string }>(
          url,
          `with lines as (${lines} and request_id = $1) select subject from lines where subject = any ($2)`,
          [requestId, ended],
        )
        if (ended.length > 0) ending.push(name)
        expect.soft(named.map(({ subject }) => subject).toSorted(), name).toEqual(ended)
      }
      expect(ending).toContain(by)
    },
  )

  test('has no end of what is the organization’s by a member who is no admin, whichever function was asked, with every option', async () => {
    const answers = new Map<string, string | undefined>()
    for (const { name, args } of await actorFunctions(url)) {
      const owned = await ownedBy(url)
      for (const each of arrange) await sql(url, each, [owned.organizationId])
      await sql(url, "update organization_members set role = 'member' where user_id = $1", [OTHER])
      const actor: Actor = { kind: 'user', id: OTHER, from: FROM }
      const asked = {
        ...owned.valuesFor(name, args),
        ...(args.includes('memberUserId') && { memberUserId: OTHER, email: null }),
        ...optionsOf(args),
      }
      const held = () =>
        sql<{ id: string }>(
          url,
          `select id from (${ofOrganizations}) live (id) union all
           select user_id from organization_members where organization_id = $1 order by 1`,
          [owned.organizationId],
        )
      const before = await held()

      const answer = await untyped(db)
        .rpc(name, { ...asked, actor }, z.looseObject({}))
        .then(() => 'ok', codeOf)

      answers.set(name, answer)
      expect.soft(await held(), name).toEqual(before)
    }
    expect(answers.get('remove_member')).toBe('role_required')
  })
})
