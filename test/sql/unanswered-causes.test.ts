import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { Database } from '../../src/database/db.ts'
import { cloneWithDoor } from '../support/database.ts'
import { aCustomer, createTurnDeeds, type Texted } from '../support/turns.ts'

describe('what keeps agents from answering texts, and is the same for all customers,', () => {
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

  async function twoTexts() {
    const texted = await deeds.aTextedOrganization()
    for (const customer of [aCustomer(), aCustomer()])
      await deeds.text(texted.phoneNumber, customer)
    return texted
  }
  async function work({ organizationId }: Texted, options: Options = {}) {
    await deeds.due(organizationId)
    await deeds.aServer(options).work()
  }

  test('as a limit that only their answers reach, is told once, and by its kind', async () => {
    const texted = await twoTexts()

    await work(texted, { limits: { dailySegments: 1 }, ask: async () => 'Yes! '.repeat(60) })

    expect(await deeds.turnsOf(texted.organizationId)).toMatchObject([
      { status: 'failed', reason: 'daily_texts_reached' },
      { status: 'failed', reason: 'daily_texts_reached' },
    ])
    expect(await deeds.notificationsOf(texted.organizationId)).toMatchObject([
      { subject: texted.organizationId, reason: 'daily_texts_reached' },
    ])
  })

  const refused: Options = {
    send: async () => {
      throw new CarrierError('twilio', 'messages.create', 'account', 'suspended')
    },
  }

  test('as a telephone company that refuses this server, is told once, when it has done so for a quarter of an hour', async () => {
    const texted = await twoTexts()
    await work(texted, refused)
    await deeds.longAgo(texted.organizationId, 16)

    await work(texted, refused)

    expect(await deeds.notificationsOf(texted.organizationId)).toMatchObject([
      { subject: texted.organizationId, reason: 'telephone_company_account' },
    ])
  })

  test('as one that cannot be asked, is told once, and no more once an agent has answered anybody', async () => {
    const texted = await twoTexts()
    const away: Options = {
      listSent: async () => {
        throw new CarrierError('twilio', 'messages.list', 'unreachable', 'no answer')
      },
    }
    for (let time = 1; time <= 3; time += 1) await work(texted, away)
    const reported = await deeds.notificationsOf(texted.organizationId)

    await deeds.text(texted.phoneNumber, aCustomer())
    await work(texted)

    expect(reported).toMatchObject([
      {
        subject: texted.organizationId,
        reason: 'telephone_company_unreachable',
        status: 'pending',
      },
    ])
    expect(await deeds.notificationsOf(texted.organizationId)).toMatchObject([
      { status: 'resolved' },
    ])
  })

  test('as an agent that is silent, is told once for each agent, and only its own answers end that', async () => {
    const texted = await twoTexts()
    const silent: Options = {
      agentId: 'agent_silent',
      ask: async () => {
        throw new CarrierError('elevenlabs', 'textConversation', 'unreachable', 'no answer')
      },
    }
    for (let time = 1; time <= 3; time += 1) await work(texted, silent)
    const subject = `${texted.organizationId}:agent_silent`
    const reported = { subject, reason: 'voice_platform_unreachable' }

    await deeds.text(texted.phoneNumber, aCustomer())
    await work(texted, { agentId: 'agent_other' })
    const then = await deeds.notificationsOf(texted.organizationId)
    await deeds.text(texted.phoneNumber, aCustomer())
    await work(texted, { agentId: 'agent_silent' })

    expect(then).toMatchObject([{ ...reported, status: 'pending' }])
    expect(await deeds.notificationsOf(texted.organizationId)).toMatchObject([
      { ...reported, status: 'resolved' },
    ])
  })
})
