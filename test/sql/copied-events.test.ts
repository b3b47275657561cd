import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { recordEvents } from '../support/event-rows.ts'
import { anOrganization } from '../support/rows.ts'

/** No transaction here will have it. */
const ELSEWHERE = '9000000000000000000'

describe('events of a database that was filled from a dump', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
  })
  afterAll(() => drop())

  const tidyUp = async () => {
    const [row] = await sql<{ reply: { is_more: boolean } }>(
      url,
      'select public.delete_outdated_events(0) as reply',
    )
    return row?.reply.is_more
  }
  const xids = async (organizationId: string) =>
    (
      await sql<{ xid: string }>(
        url,
        `select xid::text from orgline.events where organization_id = $1 and type = 'message.received' order by position`,
        [organizationId],
      )
    ).map(({ xid }) => xid)

  test('with numbers of transactions that this one has not had, come before all that happens here', async () => {
    const organizationId = await anOrganization(url)
    await recordEvents(url, organizationId, 2)
    await sql(url, 'update orgline.events set xid = $1::xid8 where organization_id = $2', [
      ELSEWHERE,
      organizationId,
    ])
    await sql(url, 'update orgline.deployment set events_forgotten = $1::xid8', [ELSEWHERE])
    await recordEvents(url, organizationId)
    const [, , own] = await xids(organizationId)

    const isMore = [await tidyUp(), await tidyUp()]

    expect(await xids(organizationId)).toEqual(['0', '0', own])
    expect(isMore).toEqual([true, false])
    expect(await sql(url, 'select events_forgotten::text as xid from orgline.deployment')).toEqual([
      { xid: '0' },
    ])
  })

  test('whose time is over, leave behind up to where they were deleted, and no less later', async () => {
    const organizationId = await anOrganization(url)
    await recordEvents(url, organizationId)
    await recordEvents(url, organizationId)
    const [first, second] = await xids(organizationId)
    const age = (xid = '') =>
      sql(
        url,
        "update orgline.events set created_at = now() - interval '31 days' where xid = $1::xid8",
        [xid],
      )

    const forgotten: unknown[] = []
    for (const xid of [second, first]) {
      await age(xid)
      await tidyUp()
      const [row] = await sql<{ xid: string }>(
        url,
        'select events_forgotten::text as xid from orgline.deployment',
      )
      forgotten.push(row?.xid)
    }

    expect(forgotten).toEqual([second, second])
  })
})
