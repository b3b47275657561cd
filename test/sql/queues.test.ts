import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { cloneDatabase, sql } from '../support/database.ts'
import { aBusyOrganization } from '../support/rows.ts'

const URL = 'https://here.example'

describe('a run over a queue that takes nothing twice', () => {
  let url: string
  let drop: () => Promise<void>
  beforeAll(async () => {
    ;({ url, drop } = await cloneDatabase())
    await aBusyOrganization(url)
    await sql(url, 'update orgline.deployment set public_url = $1', [URL])
    await sql(
      url,
      `update orgline.phone_numbers set country = 'US', sms_status = 'ready',
         messaging_service_sid = 'MG2', messaging_service_joined = true`,
    )
  })
  afterAll(() => drop())

  test.for([
    [
      'changes of agents',
      `claim_agent_change(60000, 5, '${URL}', $1, 'elevenlabs', '{"agent_calls": 50, "daily_replies": 500}')`,
      "update orgline.agents set changes = '{}', change_at = clock_timestamp()",
    ],
    [
      'numbers to register',
      `claim_number_to_register('MG1', $1, 60000, '${URL}')`,
      'update orgline.phone_numbers set sms_try_at = clock_timestamp()',
    ],
    [
      'services to check',
      "claim_service_to_check($1, 60000, 'ready')",
      'update orgline.phone_numbers set sms_check_at = clock_timestamp()',
    ],
  ] as const)('of %s: leaves what is due again to the next run', async ([, call, makeDue]) => {
    const claim = async (dueBy: string | null) => {
      const [row] = await sql<{ reply: { claim: unknown; due_by: string } }>(
        url,
        `select public.${call} as reply`,
        [dueBy],
      )
      return row?.reply
    }
    await sql(url, makeDue)

    const first = await claim(null)
    await sql(url, makeDue)
    const second = await claim(first?.due_by ?? '')
    const ofNextRun = await claim(null)

    expect(first?.claim).toBeTruthy()
    expect(second).toEqual({ claim: null, due_by: first?.due_by })
    expect(ofNextRun?.claim).toBeTruthy()
  })
})
