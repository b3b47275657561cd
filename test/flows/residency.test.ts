import { readFile } from 'node:fs/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { releaseHeld, untilHeld } from '../support/held.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { findingsOf, inTwilioConsole, numberAtTwilio } from '../support/reconcile.ts'
import { ADMIN, control, fault, request, runOrders } from '../support/requests.ts'
import { callTo, choose, dial, importsOf, syncAll } from '../support/voice-modes.ts'
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
  // Of all imports that are gone, each test's is alone: hours lie between them.
  afterEach(() => world.sql("update presumed_losses set presumed_at = now() - interval '7 hours'"))
  afterAll(() => stopWithCleanLogs(world))

  /** What a person does in ElevenLabs' dashboard. */
  const deleteImport = async (number: string) =>
    world.context.voiceAgents.removeNumber((await rowOf(world, number)).elevenlabs_phone_id ?? '')
  /** Nobody has read what the number's import left, or has read it of any other. */
  const forgetUrls = async (number: string) => {
    await world.sql(
      `update phone_numbers set import_voice_url = null, import_status_url = null, import_urls_of = null,
         seen_voice_url = null, seen_status_url = null where phone_number = $1`,
      [number],
    )
    await world.sql('update deployment set import_voice_url = null, import_status_url = null')
  }
  const suspendOrResume = (id: string, status: 'suspended' | 'active') =>
    request(world.origin, 'PATCH', `/api/organizations/${id}`, { token: ADMIN, body: { status } })
  /** Somebody sets, in Twilio's console, the host of workspaces without residency. */
  const pointAtBase = async (number: string) => {
    await inTwilioConsole(world, number, {
      VoiceUrl: world.context.voiceAgents.voiceUrl,
      StatusCallback: world.context.voiceAgents.statusUrl,
    })
    await findingsOf(world, 'repair', [number])
    await syncAll(world)
  }
  const makeDue = (number: string) =>
    world.sql('update phone_numbers set sync_due_at = now() where phone_number = $1', [number])
  const activate = (number: string, elevenLabsPhoneId: string) =>
    request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId },
    })

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
        for (const status of ['suspended', 'active'] as const)
          await suspendOrResume(line.id, status)
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
        await pointAtBase(line.number)
      },
    ],
    [
      'pointed there while it was suspended',
      async (line: Line) => {
        await suspendOrResume(line.id, 'suspended')
        await pointAtBase(line.number)
        await suspendOrResume(line.id, 'active')
      },
    ],
    [
      'pointed there while this server answered it',
      async (line: Line) => {
        await choose(world, line.id, 'server')
        await pointAtBase(line.number)
        await choose(world, line.id, 'elevenlabs')
      },
    ],
    [
      'pointed there while it was given up',
      async (line: Line) => {
        await line.organization.release()
        await syncAll(world)
        await pointAtBase(line.number)
        await line.organization.restore()
      },
    ],
    [
      'pointed there while its import was in doubt',
      async (line: Line) => {
        await world.sql(
          "update phone_numbers set import_state = 'unknown' where phone_number = $1",
          [line.number],
        )
        await pointAtBase(line.number)
        await world.sql(
          'update phone_numbers set import_state = null, sync_due_at = now() where phone_number = $1',
          [line.number],
        )
      },
    ],
  ])('that was %s, has the addresses of its import again', async (_what, act) => {
    const line = await aLine(world)

    await act(line)
    await syncAll(world)

    expect(await numberAtTwilio(world, line.number)).toMatchObject(residency)
    expect((await callTo(world, line.number)).agentSaid).toContain(line.name)
  })

  test('that was pointed elsewhere while nobody answered it, is no example for the others', async () => {
    const line = await aLine(world)
    await suspendOrResume(line.id, 'suspended')
    await pointAtBase(line.number)
    const { phoneNumber } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
    await inTwilioConsole(world, phoneNumber, { VoiceUrl: 'http://127.0.0.1:9/else' })

    await enter(world, { phoneNumber, elevenLabsPhoneId })
    await runOrders(world)

    expect((await numberAtTwilio(world, phoneNumber)).voice_url).toBe(residency.voice_url)
  })

  test('that was pointed elsewhere once, and is in use again, has nothing of that left', async () => {
    const line = await aLine(world)
    await suspendOrResume(line.id, 'suspended')
    await pointAtBase(line.number)
    await suspendOrResume(line.id, 'active')
    await syncAll(world)
    await world.restart({ ELEVENLABS_IMPORT: 'manual' })
    await deleteImport(line.number)
    const renewed = await importInDashboard(world, line.number)
    await inTwilioConsole(world, line.number, { VoiceUrl: 'http://127.0.0.1:9/else' })

    await activate(line.number, renewed)

    await world.restart({})
    expect((await numberAtTwilio(world, line.number)).voice_url).toBe(residency.voice_url)
  })

  test('that an earlier release knew so, and pointed at the host of others, has the addresses of its import again', async () => {
    const { number } = await aLine(world)
    await world.sql('update phone_numbers set import_urls_of = null where phone_number = $1', [
      number,
    ])
    await inTwilioConsole(world, number, {
      VoiceUrl: world.context.voiceAgents.voiceUrl,
      StatusCallback: world.context.voiceAgents.statusUrl,
    })
    const upgrade = new URL('0063_last_resorts_before_reading.sql', MIGRATIONS)
    await world.sql(await readFile(upgrade, 'utf8'))
    await makeDue(number)

    await syncAll(world)

    expect(await numberAtTwilio(world, number)).toMatchObject(residency)
    expect(await rowOf(world, number)).toMatchObject({ import_voice_url: residency.voice_url })
    expect(await world.sql('select import_voice_url from deployment')).toEqual([
      { import_voice_url: residency.voice_url },
    ])
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

  test.each([
    [
      'of one it had before',
      async ({ number }: Line) => {
        await deleteImport(number)
        await findingsOf(world, 'repair', [number])
      },
    ],
    [
      'of one it had before, when nobody had read what that left',
      async ({ number }: Line) => {
        await deleteImport(number)
        await forgetUrls(number)
        await findingsOf(world, 'repair', [number])
      },
    ],
    [
      'made with a token that Twilio takes no more',
      async ({ id, number }: Line) => {
        await choose(world, id, 'server')
        await syncAll(world)
        await world.sql(
          "update phone_numbers set import_state = 'refused' where phone_number = $1",
          [number],
        )
        await choose(world, id, 'elevenlabs')
        await world.sql(
          'select private.order_import_of(p) from phone_numbers p where phone_number = $1',
          [number],
        )
      },
    ],
  ])(
    'whose import is made anew, in the place %s, and not answered for, has the addresses that it left',
    async (_what, order) => {
      const line = await aLine(world)
      await order(line)
      await fault(world, 'elevenlabs', 'phoneNumbers.create', 'lost_reply', { ms: 1 })

      await runOrders(world)
      await syncAll(world)

      expect(await numberAtTwilio(world, line.number)).toMatchObject(residency)
      expect(await callTo(world, line.number)).toMatchObject({
        mode: 'elevenlabs',
        agentSaid: expect.stringContaining(line.name),
      })
      expect(await findingsOf(world, 'repair', [line.number])).toEqual([])
    },
  )

  test('that was live without an import, and is synced before it is known to have one, has the addresses that it left', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await world.restart({ INBOUND_VOICE: 'server' })
    await enter(world, { phoneNumber })
    await runOrders(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
    await makeDue(phoneNumber)
    await syncAll(world)
    await world.restart({})

    await activate(phoneNumber, elevenLabsPhoneId)

    expect(await numberAtTwilio(world, phoneNumber)).toMatchObject(residency)
  })

  test('that a person imports anew, and that is synced before it is activated, has the addresses that it left', async () => {
    const { number, name } = await aLine(world)
    await world.restart({ ELEVENLABS_IMPORT: 'manual' })
    await deleteImport(number)
    await makeDue(number)
    await syncAll(world)
    await forgetUrls(number)
    const renewed = await importInDashboard(world, number)
    await makeDue(number)
    await syncAll(world)

    await activate(number, renewed)

    await world.restart({})
    expect(await numberAtTwilio(world, number)).toMatchObject(residency)
    expect((await callTo(world, number)).agentSaid).toContain(name)
  })

  test('that pointed elsewhere when its import became known, has the addresses of the others', async () => {
    await aLine(world)
    const { phoneNumber } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
    await inTwilioConsole(world, phoneNumber, {
      VoiceUrl: 'http://127.0.0.1:9/else',
      StatusCallback: `${world.origin}/api/webhooks/twilio/call-status`,
    })

    await enter(world, { phoneNumber, elevenLabsPhoneId })
    await runOrders(world)

    expect(await numberAtTwilio(world, phoneNumber)).toMatchObject(residency)
  })

  /** Somebody sets it, and no sweep sees it. */
  const setBase = (number: string) => {
    const { voiceUrl: VoiceUrl, statusUrl: StatusCallback } = world.context.voiceAgents
    return inTwilioConsole(world, number, { VoiceUrl, StatusCallback })
  }
  const setResidency = (number: string) =>
    inTwilioConsole(world, number, {
      VoiceUrl: residency.voice_url,
      StatusCallback: residency.status_callback,
    })
  /** Of other numbers it is known, or nothing is. */
  const knowOfOthers = (urls: { voice_url: string; status_callback: string } | undefined) =>
    world.sql('update deployment set import_voice_url = $1, import_status_url = $2', [
      urls?.voice_url,
      urls?.status_callback,
    ])
  test.each([
    ['taken back by a sweep', (number: string) => pointAtBase(number)],
    ['not taken back', setBase],
  ])(
    'that a person points at the host of others before its first use, %s, has the addresses of its import',
    async (_what, point) => {
      const { phoneNumber } = await buyAtTwilio(world)
      await world.restart({ INBOUND_VOICE: 'server' })
      const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
      await enter(world, { phoneNumber, elevenLabsPhoneId })
      await runOrders(world)
      await knowOfOthers(undefined)
      await point(phoneNumber)
      await world.restart({})

      await activate(phoneNumber, elevenLabsPhoneId)

      expect((await numberAtTwilio(world, phoneNumber)).voice_url).toBe(residency.voice_url)
      expect(await findingsOf(world, 'repair', [phoneNumber])).toEqual([])
    },
  )

  test.each([
    ['once, when this server took it over', async () => {}],
    ['twice, and at its first use', setBase],
  ])(
    'that a person points at the host of others, %s, has the addresses of the others',
    async (_when, again) => {
      const { phoneNumber } = await buyAtTwilio(world)
      const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
      await setBase(phoneNumber)
      await world.restart({ INBOUND_VOICE: 'server' })
      await enter(world, { phoneNumber, elevenLabsPhoneId })
      await runOrders(world)
      await again(phoneNumber)
      await knowOfOthers(residency)
      await world.restart({})

      await activate(phoneNumber, elevenLabsPhoneId)

      expect((await numberAtTwilio(world, phoneNumber)).voice_url).toBe(residency.voice_url)
      expect(await findingsOf(world, 'repair', [phoneNumber])).toEqual([])
    },
  )

  test('that a server points at the last resort, because nothing is known, keeps what a person corrects', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    const elevenLabsPhoneId = await importInDashboard(world, phoneNumber)
    await inTwilioConsole(world, phoneNumber, { VoiceUrl: 'http://127.0.0.1:9/else' })
    await knowOfOthers(undefined)
    await enter(world, { phoneNumber, elevenLabsPhoneId })
    await runOrders(world)
    const { voice_url: guessed } = await numberAtTwilio(world, phoneNumber)
    expect(guessed).toBe(world.context.voiceAgents.voiceUrl)

    await setResidency(phoneNumber)
    await makeDue(phoneNumber)
    await syncAll(world)

    expect(await findingsOf(world, 'repair', [phoneNumber])).toEqual([])
    expect(await numberAtTwilio(world, phoneNumber)).toMatchObject(residency)
    expect(await rowOf(world, phoneNumber)).toMatchObject({
      import_voice_url: residency.voice_url,
      import_urls_of: elevenLabsPhoneId,
    })
  })

  describe('that is imported anew in a workspace with the host of the base URL', () => {
    const move = (residencyHost: 'localhost' | null) =>
      control(world, 'POST', 'settings', { residencyHost })
    afterEach(async () => {
      await move('localhost')
      await world.restart({})
    })

    test.each([
      [
        'by a person',
        async ({ number }: Line) => {
          await activate(number, await importInDashboard(world, number))
        },
      ],
      [
        'by a person, and synced before that is known',
        async ({ number }: Line) => {
          await world.restart({ ELEVENLABS_IMPORT: 'manual' })
          await makeDue(number)
          await syncAll(world)
          const renewed = await importInDashboard(world, number)
          await makeDue(number)
          await syncAll(world)
          await activate(number, renewed)
        },
      ],
      [
        'by a person, while this server answers it, and synced before that is known',
        async ({ id, number }: Line) => {
          await choose(world, id, 'server')
          await syncAll(world)
          const renewed = await importInDashboard(world, number)
          await makeDue(number)
          await syncAll(world)
          await activate(number, renewed)
          await choose(world, id, 'elevenlabs')
          await syncAll(world)
        },
      ],
      [
        'by this server',
        async ({ number }: Line) => {
          await findingsOf(world, 'repair', [number])
          await runOrders(world)
        },
      ],
      [
        'by this server, for a call, while it answers the number itself',
        async ({ id, number }: Line) => {
          await choose(world, id, 'server')
          await world.sql(
            "update phone_numbers set import_state = 'gone' where phone_number = $1",
            [number],
          )
          await syncAll(world)
          await dial(world, id)
          await runOrders(world)
          await choose(world, id, 'elevenlabs')
          await syncAll(world)
        },
      ],
      [
        'by this server, which gets no answer',
        async ({ number }: Line) => {
          await makeDue(number)
          await syncAll(world)
          await fault(world, 'elevenlabs', 'phoneNumbers.create', 'lost_reply', { ms: 1 })
          await findingsOf(world, 'repair', [number])
          await runOrders(world)
        },
      ],
      [
        'by this server, which gets no answer, and pointed elsewhere before that is known',
        async ({ number }: Line) => {
          await makeDue(number)
          await syncAll(world)
          await world.sql(
            `update phone_numbers set import_voice_url = null, import_status_url = null, import_urls_of = null
             where phone_number = $1`,
            [number],
          )
          const { voiceUrl, statusUrl } = world.context.voiceAgents
          await knowOfOthers({ voice_url: voiceUrl, status_callback: statusUrl })
          await fault(world, 'elevenlabs', 'phoneNumbers.create', 'lost_reply', { ms: 1 })
          await findingsOf(world, 'repair', [number])
          // Its second try reads the number at Twilio, as the first did before it asked for the import.
          await fault(world, 'twilio', 'incomingPhoneNumbers.fetch', 'hold_before', { skip: 1 })
          const setUp = runOrders(world)
          await untilHeld(world)
          const imports = await importsOf(world, number)
          await inTwilioConsole(world, number, { VoiceUrl: 'http://127.0.0.1:9/else' })
          await releaseHeld(world)
          await setUp
          expect(imports).toHaveLength(1)
        },
      ],
    ])('%s, has the addresses of that import', async (_who, importAnew) => {
      const line = await aLine(world)
      await deleteImport(line.number)
      await move(null)

      await importAnew(line)

      const { voiceUrl } = world.context.voiceAgents
      expect((await numberAtTwilio(world, line.number)).voice_url).toBe(voiceUrl)
      expect(await findingsOf(world, 'repair', [line.number])).toEqual([])
      expect((await numberAtTwilio(world, line.number)).voice_url).toBe(voiceUrl)
    })
  })
})

type Line = Awaited<ReturnType<typeof aLine>>
