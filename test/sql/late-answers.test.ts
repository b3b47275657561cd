import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Database } from '../../src/database/db.ts'
import { messageIdOf } from '../../src/messages/replies/turn.ts'
import { cloneWithDoor, sql } from '../support/database.ts'
import { aCustomer, aSentMessage, createTurnDeeds } from '../support/turns.ts'

describe('an answer of an agent, that a server recorded and died,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  /** A server has recorded this answer and died; so many minutes later another one works. */
  async function recorded(minutes: number, answer: string[]) {
    const texted = await deeds.aTextedOrganization()
    await deeds.text(texted.phoneNumber, aCustomer())
    await deeds.due(texted.organizationId)
    const turn = await deeds.aServer().turns.claim(null, [])
    if (turn) await deeds.aServer().turns.recordAnswer(turn, null, answer)
    const later = () => deeds.longAgo(texted.organizationId, minutes)
    return { ...texted, turnId: turn?.id, later }
  }

  async function workedOff({ organizationId }: { organizationId: string }) {
    await deeds.due(organizationId)
    const server = deeds.aServer()
    await server.work()
    const [turn] = await deeds.turnsOf(organizationId)
    return { sent: server.sent, status: turn?.status, reason: turn?.reason }
  }

  test('is sent by another one, within a quarter of an hour', async () => {
    const it = await recorded(14, ['Yes, it is.'])
    await it.later()

    expect(await workedOff(it)).toMatchObject({ sent: ['Yes, it is.'], status: 'answered' })
  })

  test('is not sent any more after that, and a person is told', async () => {
    const it = await recorded(180, ['Yes, it is.'])
    await it.later()

    expect(await workedOff(it)).toEqual({ sent: [], status: 'failed', reason: 'reply_too_late' })
    expect(await deeds.notificationsOf(it.organizationId)).toMatchObject([
      { reason: 'reply_too_late', status: 'pending' },
    ])
  })

  test('and that was sent in part, is not sent further after that: a person is told that nobody knows', async () => {
    const it = await recorded(180, ['Yes, it is.', 'Come and see it.'])
    // Of the second part the server dies.
    let parts = 0
    const server = deeds.aServer({
      send: async () => {
        parts += 1
        if (parts > 1) throw new Error('died')
        return aSentMessage()
      },
    })
    await deeds.due(it.organizationId)
    await server.work().catch(() => {})
    await sql(
      url,
      "delete from orgline.messages where text_turn_id = $1 and body = 'Come and see it.'",
      [it.turnId],
    )
    await it.later()

    expect(await workedOff(it)).toEqual({ sent: [], status: 'failed', reason: 'reply_unsent' })
  })

  test('and that was sent wholly, has answered, however late that is recorded', async () => {
    const it = await recorded(180, ['Yes, it is.'])
    await deeds.due(it.organizationId)
    const server = deeds.aServer()
    const turn = await server.turns.claim(null, [])
    await server.sendMessage({
      id: messageIdOf(turn?.id ?? '', 0),
      actor: { kind: 'system' },
      organizationId: it.organizationId,
      to: turn?.customer ?? '',
      from: it.phoneNumber,
      insists: true,
      body: 'Yes, it is.',
      mediaUrls: [],
      leadId: null,
      requestId: 'test',
      textTurnId: it.turnId ?? '',
    })
    await it.later()

    expect(await workedOff(it)).toMatchObject({ sent: [], status: 'answered' })
  })
})

describe('a text that no server has answered yet,', () => {
  let url: string
  let drop: () => Promise<void>
  let db: Database
  let deeds: ReturnType<typeof createTurnDeeds>
  beforeAll(async () => {
    ;({ url, db, drop } = await cloneWithDoor({ timeoutMs: 60_000, poolSize: 5 }))
    deeds = createTurnDeeds(url, db)
  })
  afterAll(() => drop())

  async function becameOf(texts: number[]) {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization()
    const customer = aCustomer()
    for (const minutes of texts) {
      await deeds.longAgo(organizationId, minutes)
      await deeds.text(phoneNumber, customer)
    }
    await deeds.due(organizationId)
    const server = deeds.aServer()
    await server.work()
    const became = (await deeds.turnsOf(organizationId)).map(({ status }) => status)
    return { asked: server.asked.length, became }
  }

  test('is left to people after ten minutes', async () => {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization()
    await deeds.text(phoneNumber, aCustomer())
    await deeds.longAgo(organizationId, 11)
    await deeds.due(organizationId)
    const server = deeds.aServer()

    await server.work()

    expect(server.asked).toEqual([])
    expect(await deeds.turnsOf(organizationId)).toMatchObject([
      { status: 'failed', reason: 'reply_too_late' },
    ])
  })

  test('is answered with a fresh one that joins it, however long it has waited', async () => {
    expect(await becameOf([0, 11])).toEqual({ asked: 1, became: ['answered'] })
  })

  test('is due three seconds after it, and fifteen after the first that it joins', async () => {
    const { organizationId, phoneNumber } = await deeds.aTextedOrganization()
    const customer = aCustomer()
    const dueIn = async () => {
      const [row] = await sql<{ seconds: number }>(
        url,
        `select round(extract(epoch from due_at - created_at))::integer as seconds from orgline.text_turns
         where organization_id = $1`,
        [organizationId],
      )
      return row?.seconds
    }
    /** As if so much of the fifteen seconds had gone. */
    const pass = (seconds: number) =>
      sql(
        url,
        `update orgline.text_turns set created_at = created_at - make_interval(secs => $2), due_at = due_at - make_interval(secs => $2)
         where organization_id = $1`,
        [organizationId, seconds],
      )

    await deeds.text(phoneNumber, customer)
    const first = await dueIn()
    await pass(14)
    await deeds.text(phoneNumber, customer)

    expect([first, await dueIn()]).toEqual([3, 15])
  })
})
