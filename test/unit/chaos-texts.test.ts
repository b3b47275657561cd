import { describe, expect, test } from 'vitest'
import type { CarrierState } from '../../chaos/carriers.ts'
import { readHolders } from '../../chaos/holdings.ts'
import { judgeTexts } from '../../chaos/texts.ts'
import type { World } from '../../chaos/world.ts'

const NUMBER = '+14155552000'
const SENT = Date.parse('2026-11-29T16:32:26Z')

describe('the judge of texts, of one that nobody has and that Twilio asked about for five seconds,', () => {
  test('has nothing to say where its number was given up meanwhile', async () => {
    expect(await wrongTexts({ givenUpAt: SENT + 4_000 })).toEqual([])
  })

  test('says that it is lost where its number was given up later', async () => {
    expect(await wrongTexts({ givenUpAt: SENT + 6_000 })).toEqual([
      expect.stringContaining('text SM1 "Hi"'),
    ])
  })
})

async function wrongTexts({ givenUpAt }: { givenUpAt: number }): Promise<string[]> {
  const holding = { number: NUMBER, organizationId: 'one', from: 0, until: givenUpAt, liveFrom: 0 }
  const world = {
    lost: [],
    deployments: [{ database: 'one' }],
    cluster: {
      query: async (_database: string, sql: string) =>
        sql.includes('organization_phone_numbers') ? [holding] : [],
    },
  } as unknown as World
  const message = {
    sid: 'SM1',
    from: '+16045559999',
    to: NUMBER,
    body: 'Hi',
    direction: 'inbound',
    date_created: new Date(SENT).toUTCString(),
  }
  const atCarriers = {
    twilio: { messages: [message] },
    asked: { SM1: SENT + 5_000 },
  } as unknown as CarrierState
  const { texts } = await judgeTexts(world, atCarriers, await readHolders(world))
  return texts
}
