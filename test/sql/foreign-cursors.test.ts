import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { z } from 'zod'
import { argumentNameOf } from '../../src/database/argument-names.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneDatabase, sql } from '../support/database.ts'
import { aBusyOrganization } from '../support/rows.ts'
import { openDatabase, untyped } from '../support/stand-in.ts'

const Page = z.looseObject({ rows: z.array(z.unknown()) })

/** What has rows of an organization, beside what makes it busy. */
const ROWS = [
  `insert into api_keys (organization_id, name, prefix, key_hash, scopes) values ($1, 'CRM', 'ol_x', encode(sha256(gen_random_uuid()::text::bytea), 'hex'), '{read}')`,
  `insert into do_not_call (organization_id, phone_number) values ($1, '+16045550111')`,
  `insert into number_orders (organization_id, cause, country) values ($1, 'admin', 'CA')`,
  `insert into organization_invites (organization_id, email, role, token_hash) values ($1, 'a@example.com', 'member', encode(sha256(gen_random_uuid()::text::bytea), 'hex'))`,
  `insert into audit_log (organization_id, actor_kind, actor_name, action) values ($1, 'operator', 'test', 'create_contact')`,
]

describe('a cursor of another organization', () => {
  let url: string
  let drop: () => Promise<void>
  let own: string
  let foreign: string
  let contactId: string
  let endpointId: string
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    // The other's rows are the newer ones: by their time, a page of one's own would follow them.
    const busy = async () => {
      const made = await aBusyOrganization(url)
      for (const row of ROWS) await sql(url, row, [made.organizationId])
      return made
    }
    ;({ organizationId: own, contactId, endpointId } = await busy())
    ;({ organizationId: foreign } = await busy())
  })
  afterAll(() => drop())

  test('gives nothing in any list of an organization, as one that nobody gave out', async () => {
    const db = untyped(openDatabase(url))
    const lists = await sql<{ name: string; args: string[] }>(
      url,
      `select p.proname as name, p.proargnames as args from pg_proc p
       where p.pronamespace = 'public'::regnamespace and p.proargnames @> '{p_organization_id,p_cursor}'`,
    )
    const tables = await sql<{ name: string }>(
      url,
      `select c.table_name as name from information_schema.columns c
       join information_schema.columns i using (table_schema, table_name)
       join information_schema.tables t using (table_schema, table_name)
       where c.table_schema = 'orgline' and t.table_type = 'BASE TABLE'
         and c.column_name = 'organization_id' and i.column_name = 'id' and i.data_type = 'uuid'`,
    )
    const ids = [foreign]
    for (const { name } of tables) {
      const rows = await sql<{ id: string }>(
        url,
        `select id from orgline.${name} where organization_id = $1`,
        [foreign],
      )
      ids.push(...rows.map(({ id }) => id))
    }
    const [held] = await sql<{ id: string }>(
      url,
      'select phone_number_id as id from organization_phone_numbers where organization_id = $1',
      [foreign],
    )
    ids.push(held?.id ?? '')

    const found: unknown[] = []
    for (const { name, args } of lists) {
      const read = (cursor: string | null) =>
        db.rpc(
          name,
          {
            ...Object.fromEntries(args.map((arg) => [argumentNameOf(arg), null])),
            ...(args.includes('p_actor') && { actor: OPERATOR }),
            organizationId: own,
            ...(args.includes('p_contact_id') && { contactId }),
            ...(args.includes('p_endpoint_id') && { endpointId }),
            limit: 5,
            cursor,
          },
          Page,
        )
      found.push([name, (await read(null)).rows.length > 0, (await read(randomUUID())).rows])
      for (const id of ids) {
        const { rows } = await read(id)
        if (rows.length > 0) found.push([name, id, rows])
      }
    }

    expect(lists.length).toBeGreaterThan(8)
    expect(found).toEqual(lists.map(({ name }) => [name, true, []]))
  })
})
