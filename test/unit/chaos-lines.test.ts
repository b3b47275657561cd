import { describe, expect, test } from 'vitest'
import type { Client } from '../../chaos/client.ts'
import { addLine, findLines } from '../../chaos/lines.ts'
import { newPlayed, type PlayedDeployment } from '../../chaos/played.ts'

const line = { organizationId: '0b8e1f5c-3c5e-4a54-9a54-0d3c1a5b7e11', number: '+16045551000' }

/** Nothing is noted of it yet. */
function nothingNoted(): PlayedDeployment {
  const [own] = newPlayed(1).deployments
  if (!own) throw new Error('there is no deployment')
  return own
}

/** Answers every question for a list with these numbers, and nothing is under way. */
const knowing = (numbers: object[]): Client => ({
  send: async () => ({ status: 200, body: { phoneNumbers: numbers, orders: [] } }),
  internalErrors: () => [],
  sendOnce: async () => undefined,
  givenUp: () => [],
})

describe('the lines that a plan goes on with', () => {
  test('of a sign-up that was answered before its number was there, are found', async () => {
    const own = nothingNoted()
    const client = knowing([{ organization_id: line.organizationId, phone_number: line.number }])

    expect(await findLines(client, own, {})).toMatchObject([line])
  })

  test('of a number that is not set up yet, are sure a second after it is', async () => {
    const own = nothingNoted()
    addLine(own, line)
    for (const each of own.lines) each.since -= 60_000
    let polls = 0
    const client = knowing([{ organization_id: line.organizationId, phone_number: line.number }])
    const late: Client = {
      ...client,
      send: async (method, path) => {
        polls += 1
        return polls > 2 ? client.send(method, path) : { status: 200, body: { phoneNumbers: [] } }
      },
    }

    expect(await findLines(late, own, { isSure: true })).toMatchObject([line])

    expect(polls).toBe(3)
    const [{ liveAt = Number.POSITIVE_INFINITY } = {}] = own.lines
    expect(Date.now()).toBeGreaterThanOrEqual(liveAt + 1_000)
  })

  test('told of by a look and by the answer, are one', () => {
    const own = nothingNoted()
    addLine(own, line)
    addLine(own, line)

    expect(own.lines).toMatchObject([line])
  })
})
