import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { ADMIN, control, request, runOrders } from '../support/requests.ts'
import { callTo, choose, syncAll } from '../support/voice-modes.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a number of a workspace with data residency', () => {
  let world: World
  /** What an import sets there, and only there. */
  let residency: { voice_url: string; status_callback: string }
  beforeAll(async () => {
    world = await startWorld()
    await control(world, 'POST', 'settings', { residencyHost: 'localhost' })
    const there = `http://localhost:${new URL(world.twins.origin).port}/elevenlabs/twilio`
    residency = {
      voice_url: `${there}/inbound_call`,
      status_callback: `${there}/status-callback`,
    }
  })
  afterAll(() => stopWithCleanLogs(world))

  test('that is bought and imported, keeps the addresses that the import left', async () => {
    const { number, name } = await aLine(world)

    expect(await numberAtTwilio(world, number)).toMatchObject(residency)
    expect(await callTo(world, number)).toMatchObject({
      mode: 'elevenlabs',
      agentSaid: expect.stringContaining(name),
    })
    expect(await findingsOf(world, 'repair', [number])).toEqual([])
  })

  test.each([
    [
      'answered by this server for a while',
      async (line: Line) => {
        await choose(world, line.id, 'server')
        await choose(world, line.id, 'elevenlabs')
      },
    ],
    [
      'suspended and resumed',
      async (line: Line) => {
        for (const status of ['suspended', 'active'])
          await request(world.origin, 'PATCH', `/api/organizations/${line.id}`, {
            token: ADMIN,
            body: { status },
          })
      },
    ],
    [
      'given up and taken back',
      async (line: Line) => {
        await line.organization.release()
        await line.organization.restore()
      },
    ],
    [
      'pointed elsewhere in Twilio’s console, and repaired by the sweep',
      async (line: Line) => {
        await inTwilioConsole(world, line.number, {
          VoiceUrl: 'http://127.0.0.1:9/else',
          StatusCallback: `${world.origin}/api/webhooks/twilio/call-status`,
        })
        await findingsOf(world, 'repair', [line.number])
      },
    ],
    [
      'pointed at the host of workspaces without residency, and repaired by the sweep',
      async (line: Line) => {
        await inTwilioConsole(world, line.number, { VoiceUrl: world.context.voiceAgents.voiceUrl })
        await findingsOf(world, 'repair', [line.number])
      },
    ],
  ])('that was %s, has the addresses of its import again', async (_what, act) => {
    const line = await aLine(world)

    await act(line)
    await syncAll(world)

    expect(await numberAtTwilio(world, line.number)).toMatchObject(residency)
    expect((await callTo(world, line.number)).agentSaid).toContain(line.name)
  })

  test('that was imported before it is entered manually, keeps the addresses that the import left', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)

    await enter(world, { phoneNumber, elevenLabsPhoneId })
    await runOrders(world)

    expect(await numberAtTwilio(world, phoneNumber)).toMatchObject(residency)
    expect(await rowOf(world, phoneNumber)).toMatchObject({
      import_voice_url: residency.voice_url,
      import_status_url: residency.status_callback,
    })
  })

  test('that is imported anew in another workspace, is brought to the addresses of that import', async () => {
    const { number } = await aLine(world)
    const { elevenlabs_phone_id: id } = await rowOf(world, number)
    await world.context.voiceAgents.removeNumber(id ?? '')
    await control(world, 'POST', 'settings', { residencyHost: null })
    try {
      const elevenLabsPhoneId = await importInDashboard(world, number)
      await request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
        token: ADMIN,
        body: { elevenLabsPhoneId },
      })

      expect((await numberAtTwilio(world, number)).voice_url).toBe(
        world.context.voiceAgents.voiceUrl,
      )
    } finally {
      await control(world, 'POST', 'settings', { residencyHost: 'localhost' })
    }
  })
})

type Line = Awaited<ReturnType<typeof aLine>>
