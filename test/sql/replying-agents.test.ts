import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { createRequireTexting } from '../../src/messages/replies/require-texting.ts'
import { OPERATOR } from '../support/actors.ts'
import { cloneWithDoor } from '../support/database.ts'
import { aHolding, anAgent, aPhoneNumber } from '../support/rows.ts'
import { createTurnDeeds } from '../support/turns.ts'

const UNTIL = '2099-11-30T20:00:00Z'
const few = { few_calls: 3, few_until: UNTIL }

describe('an organization that is to have texts answered, with agents', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  /** Whether the switch is refused, with these agents; `limits`: how many conversations each may have at ElevenLabs. */
  async function refused(agents: Record<string, unknown>[], limits = 3) {
    const { organizationId } = await deeds.aTextedOrganization(agents[0])
    for (const agent of agents.slice(1)) {
      const agentId = `agent_${randomUUID()}`
      await anAgent(url, organizationId, { elevenlabs_agent_id: agentId, ...agent })
      const number = { status: 'assigned', agent_id: agentId, elevenlabs_phone_id: agentId }
      await aHolding(url, organizationId, await aPhoneNumber(url, number))
    }
    const requireTexting = createRequireTexting({
      turns: deeds.aServer().turns,
      conversations: {
        findTextFlaw: async (_id, options) =>
          limits > (options?.replies ?? 0) ? undefined : 'its limit',
      },
      agentId: 'agent_shared',
      sharedReplies: 1,
    })
    return requireTexting(OPERATOR, organizationId).then(
      () => undefined,
      (error: Error) => error.message,
    )
  }

  test('that a new account made, and no others, is told from when on they can', async () => {
    expect(await refused([few, few])).toContain(UNTIL)
  })

  test.each([
    ['of which one is older', [few, {}], 3],
    ['that are new no longer', [{ few_calls: 3, few_until: '2020-01-01T00:00:00Z' }], 3],
    ['whose limit operators have raised', [few], 4],
  ])('%s, is refused nothing', async (_which, agents, limits) => {
    expect(await refused(agents, limits)).toBeUndefined()
  })
})
