import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import type { Database } from '../../src/database/db.ts'
import { idOf } from '../../src/platform/actor.ts'
import { actorFunctions, type Owned, ownedBy, rowsOf } from '../support/actor-functions.ts'
import { OPERATOR, userActor } from '../support/actors.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { untyped } from '../support/stand-in.ts'

/** What no actor is; none may reach the first statement of a function. */
const nobody: [string, unknown][] = [
  ['null', null],
  ['nothing', {}],
  ['a text', 'operator'],
  ['a list', [{ kind: 'operator', name: 'x' }]],
  ['an unknown kind', { kind: 'admin', name: 'x' }],
  ['a kind in capitals', { kind: 'Operator', name: 'x' }],
  ['a kind of null', { kind: null, id: randomUUID() }],
  ['an operator without name', { kind: 'operator' }],
  ['an operator with an empty name', { kind: 'operator', name: '' }],
  ['a user without id', { kind: 'user' }],
  ['a user whose id is null', { kind: 'user', id: null }],
  ['a user whose id is none', { kind: 'user', id: 'x' }],
  ['a key without id', { kind: 'key' }],
  ['a key whose id goes on', { kind: 'key', id: `${randomUUID()}0` }],
]

/** How a function says that this actor may not: to it, the organization or agent is not there. */
const unseen = /^(organization_not_found|agent_not_found|invite_not_found|role_required)$/

/** Whoever signs in is a user of Supabase Auth, of any organization or none. */
const anyUser = ['sign_up_organization', 'get_me']

/** What reaches beyond one organization, or is for its operators alone. */
const beyond =
  /_any_phone_number$|_for_all$|^(enter|assign)_phone_number$|^begin_(activation|repair)$|^create_(batch|number_order)$|_order$|^provision_organization$|^list_organizations$|^resolve_notification$|^reapply_erasures$|^(adopt_number|make_number_due|mark_ghosts|order_import|leave_number_alone|end_mark_doubts|recheck_orders|try_stopped_(import|purchase))$/

/** What lists all that an actor may see: to a stranger, nothing. */
const visible = ['list_visible_agents', 'list_visible_agent_phone_numbers', 'list_invites']

describe('every public function that takes an actor', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let functions: Awaited<ReturnType<typeof actorFunctions>>
  let owned: Owned
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 4 }))
    functions = await actorFunctions(url)
    owned = await ownedBy(url)
  })
  afterAll(() => drop())

  /** How each of the functions answers this actor: `ok`, or the problem. */
  async function answers(actor: unknown, names = functions.map(({ name }) => name)) {
    const asked = functions.filter(({ name }) => names.includes(name))
    const entries = await Promise.all(
      asked.map(async ({ name, args }) => {
        const given = { ...owned.valuesFor(name, args), actor }
        const answer = untyped(db).rpc(name, given, z.looseObject({}))
        return [name, await answer.then(() => 'ok', codeOf)] as const
      }),
    )
    return Object.fromEntries(entries)
  }

  test('the functions, as the catalogue lists them, are many and take no id in an actor’s place', async () => {
    const old = await sql(
      url,
      `select p.oid::regprocedure from pg_proc p
       where p.pronamespace in ('public'::regnamespace, 'private'::regnamespace)
         and p.proargnames && array['p_user_id', 'p_key_id'] and p.proname not in (
           'lock_sign_ups', 'revoke_api_key', 'begin_idempotent_request', 'asker_of')`,
    )

    expect(functions.length).toBeGreaterThan(40)
    expect(old).toEqual([])
  })

  test.each(nobody)('called by %s, refuses by its type and changes nothing', async (_, actor) => {
    const before = await rowsOf(url)

    const given = await answers(actor)

    const byType = expect.stringMatching(/^internal_error: 23(502|514) .*orgline_actor/)
    expect(given).toEqual(Object.fromEntries(functions.map(({ name }) => [name, byType])))
    expect(await rowsOf(url)).toEqual(before)
  })

  test.each(nobody)('called in SQL by %s, refuses by its type', async (_, actor) => {
    const call = sql(url, 'select public.get_organization($1, $2)', [
      actor === null ? null : JSON.stringify(actor),
      owned.organizationId,
    ])

    await expect(call).rejects.toMatchObject({ code: expect.stringMatching(/^23(502|514)$/) })
  })

  test.each([
    ["a key's id as a user", () => userActor(idOf(owned.key) ?? '')],
    ["a user's id as a key", () => ({ kind: 'key', id: idOf(owned.admin) })],
    ['a user of no organization', () => userActor(randomUUID())],
    ['a key that was revoked', () => owned.revokedKey],
  ])('called by %s, finds nothing of the organization and changes nothing', async (_, actorOf) => {
    const before = await rowsOf(url)
    const others: string[] = [...anyUser, ...visible]
    const names = functions.map(({ name }) => name).filter((name) => !others.includes(name))

    const given = await answers(actorOf(), names)

    expect(given).toEqual(
      Object.fromEntries(names.map((name) => [name, expect.stringMatching(unseen)])),
    )
    for (const name of visible) {
      const email = name === 'list_invites' ? { email: null } : {}
      const args = { actor: actorOf(), limit: 5, cursor: null, ...email }
      const { rows } = await untyped(db).rpc(name, args, z.object({ rows: z.array(z.unknown()) }))
      expect(rows, name).toEqual([])
    }
    expect(await rowsOf(url)).toEqual(before)
  })

  test('called by a key, signs no organization up', async () => {
    const before = await rowsOf(url)

    const given = await answers(owned.key, ['sign_up_organization'])

    expect(given).toEqual({
      sign_up_organization: expect.stringMatching(/^internal_error: 22023 /),
    })
    expect(await rowsOf(url)).toEqual(before)
  })

  test.each([
    ['an operator', () => OPERATOR],
    ['the server itself', () => ({ kind: 'system' })],
    ['an admin of the organization', () => owned.admin],
  ])('called by %s, finds what it names, as far as that is for it', async (_, actorOf) => {
    const isOperator = (actorOf() as { kind: string }).kind !== 'user'
    const all = functions
      .map(({ name }) => name)
      .filter((name) => !/^(accept|decline)_invite$/.test(name))

    for (const name of all.filter((each) => isOperator || !beyond.test(each))) {
      // One after the other, each on what is still there.
      owned = await ownedBy(url)
      const given = await answers(actorOf(), [name])
      expect(given, name).not.toMatchObject({ [name]: expect.stringMatching(unseen) })
      expect(given, name).not.toMatchObject({ [name]: expect.stringMatching(/^internal_error/) })
    }
  })
})

function codeOf(error: { code: string; cause?: Error }): string {
  return error.code === 'internal_error' ? `${error.code}: ${error.cause?.message}` : error.code
}
