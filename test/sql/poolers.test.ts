import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { databaseForTest, sql } from '../support/database.ts'
import { startPooler } from '../support/pooler.ts'
import { openDatabase, openUntypedDatabase } from '../support/stand-in.ts'

const Ping = z.object({ deployment: z.string() })

describe('a pooler', () => {
  test.each(['drops', 'refuses'] as const)(
    'that %s the startup options, is noticed at the first call, with what to connect to instead',
    async (behaviour) => {
      const { url } = await databaseForTest()
      const db = openDatabase(await startPooler(url, behaviour))

      const calling = db.rpc('ping', {}, Ping)

      await expect(calling).rejects.toMatchObject({
        code: 'database_unavailable',
        remedy: expect.stringMatching(
          /A pooler .*role and statement_timeout.* port 5432\).*SUPABASE_URL.*port 5432\), not .*port 6543/,
        ),
      })
    },
  )

  test('that drops the startup options, runs no function as the owner of the database', async () => {
    const { url } = await databaseForTest()
    await sql(
      url,
      `create table public.ran (by_role text);
       create function public.note_role() returns jsonb language sql as $$
         insert into public.ran values (current_user) returning to_jsonb(by_role) $$;
       grant insert, select on public.ran to service_role; grant execute on function public.note_role to service_role`,
    )
    const db = openUntypedDatabase(await startPooler(url, 'drops'))

    await db.rpc('note_role', {}, z.unknown()).catch(() => {})

    expect(await sql(url, 'select by_role from public.ran')).toEqual([])
  })
})

describe('PostgreSQL itself', () => {
  test.each([61_500, 60_000, 5_400_000, 3_600_000, 86_400_000])(
    'with a time limit of %i ms, however it shows it, is taken for no pooler',
    async (timeoutMs) => {
      const { url } = await databaseForTest()
      const db = openDatabase(url, { timeoutMs })

      expect(await db.rpc('ping', {}, Ping)).toEqual({ deployment: expect.any(String) })
    },
  )
})
