import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { createTransferStore } from '../../src/calls/transfer/transfer-store.ts'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { noLimits } from '../support/outbound.ts'
import { aBusyOrganization, anAgent } from '../support/rows.ts'

const [PERSON, OTHER] = ['+16045559351', '+16045559352']

describe('whom an organization hands callers over to,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
  })
  afterAll(() => drop())

  test('changed while a transfer begins, is rung by nobody, and nothing is spent', async () => {
    const { organizationId, callId } = await aBusyOrganization(url)
    const agentId = `agent_of_${organizationId}`
    await anAgent(url, organizationId, { elevenlabs_agent_id: agentId })
    await sql(url, 'update orgline.calls set agent_id = $2, provider_call_id = $3 where id = $1', [
      callId,
      agentId,
      `CA${callId}`,
    ])
    const setTo = (to: string) =>
      sql(
        url,
        `update orgline.organizations set settings = jsonb_build_object('transfer_to', $2::text) where id = $1`,
        [organizationId, to],
      )
    const transfers = createTransferStore(db, { transferLeaseMs: 30_000, spending: noLimits })
    await setTo(PERSON)
    const { to } = await transfers.find({ agentId, callId })
    await setTo(OTHER)

    const begun = await transfers.begin({ agentId, callId }, to ?? '')

    expect([to, begun.result]).toEqual([PERSON, 'nobody'])
    expect(
      await sql(url, 'select transfer, forwarded_to from orgline.calls where id = $1', [callId]),
    ).toEqual([{ transfer: null, forwarded_to: null }])
  })
})
