import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor } from '../support/database.ts'
import { aCustomer, createTurnDeeds, unreachable } from '../support/turns.ts'

describe('an answer of an agent, that is recorded and cannot be sent yet,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  type Options = Parameters<typeof deeds.aServer>[0]
  async function aText() {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization()
    await deeds.text(phoneNumber, aCustomer())
    return organizationId
  }
  async function work(organizationId: string, options: Options = {}) {
    await deeds.due(organizationId)
    const server = deeds.aServer(options)
    await server.work()
    const [turn] = await deeds.turnsOf(organizationId)
    return { asked: server.asked.length, sent: server.sent.length, ...turn }
  }
  const tooFast: Options = { limits: { segmentsPerMinute: 0 } }
  const unheard: Options = {
    send: async () => {
      throw unreachable()
    },
  }

  test('because the organization texts too fast, is sent later, and no agent is asked again', async () => {
    const organizationId = await aText()

    const first = await work(organizationId, tooFast)
    const second = await work(organizationId)

    expect(first).toMatchObject({ asked: 1, sent: 0, status: 'sending', reason: 'texts_too_fast' })
    expect(second).toMatchObject({ asked: 0, sent: 1, status: 'answered' })
  })

  test('because the organization texts too fast for a quarter of an hour, is sent no more, and people are told once', async () => {
    const organizationId = await aText()
    await work(organizationId, tooFast)
    await deeds.longAgo(organizationId, 16)

    expect(await work(organizationId, tooFast)).toMatchObject({
      sent: 0,
      status: 'failed',
      reason: 'texts_too_fast',
    })
    expect(await deeds.notificationsOf(organizationId)).toMatchObject([{ subject: organizationId }])
  })

  test('because nobody knows whether it was sent, is not sent again, and after a quarter of an hour people are told', async () => {
    const organizationId = await aText()

    const first = await work(organizationId, unheard)
    const second = await work(organizationId)
    await deeds.longAgo(organizationId, 16)
    const third = await work(organizationId)

    expect(first).toMatchObject({ sent: 1, status: 'sending' })
    expect(second).toMatchObject({ sent: 0, status: 'sending' })
    expect(third).toMatchObject({ sent: 0, status: 'failed', reason: 'reply_unsent' })
  })
})
