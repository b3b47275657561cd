import { describe, expect, test } from 'vitest'
import { z } from 'zod'
import { aLine, endQuarantine, givingOf, releaseDue, rowOf } from '../support/quarantine.ts'
import { findingsOf, numberAtTwilio, reconcile } from '../support/reconcile.ts'
import {
  ADMIN,
  atCarriers,
  control,
  fault,
  notifications,
  request,
  runOrders,
  signUp,
  tickOrders,
} from '../support/requests.ts'
import { NEW, rotationOf } from '../support/token-rotation.ts'
import { dial, syncAll } from '../support/voice-modes.ts'
import type { World } from '../support/world.ts'

describe('Twilio’s token, exchanged', () => {
  let world: World
  const { aSecondary, promote, exchange, renew, renewAll, modes, reported, answers, states } =
    rotationOf((began) => {
      world = began
    })

  test.each([
    ['without any number', {}],
    ['with a number that needs no import', { INBOUND_VOICE: 'server' }],
  ])(
    '%s, says once in the log that the secondary token may be promoted',
    async (_name, settings) => {
      await world.restart(settings)
      if ('INBOUND_VOICE' in settings) await aLine(world)
      await aSecondary()
      await exchange(settings)

      await renew()
      await renew()

      const said = world.logs.filter((line) => line.includes('promote the secondary one'))
      expect(said).toHaveLength(1)
      expect(await reported()).toEqual([])
    },
  )

  test('as the runbook says, loses no call: numbers are answered here from before the promotion until their imports are made anew', async () => {
    const lines = [await aLine(world), await aLine(world), await aLine(world)]
    const before = await atCarriers(world)
    await aSecondary()
    await exchange()

    await renew()
    for (const line of lines) expect(await answers(line)).toBe('server')
    expect(world.logs.join()).not.toContain('promote the secondary one')
    const [ready] = await reported()
    await promote()
    for (const line of lines) expect(await answers(line)).toBe('server')
    await renewAll()

    for (const line of lines) expect(await answers(line)).toBe('elevenlabs')
    expect(ready?.message).toContain('promote the secondary token')
    expect(ready?.phone_numbers).toEqual(lines.map(({ number }) => number).toSorted())
    const after = await atCarriers(world)
    expect(after.twilio.numbers).toEqual(
      before.twilio.numbers.map((row: object) => ({ ...row, date_updated: expect.anything() })),
    )
    const idsOf = ({ elevenlabs }: typeof after) =>
      elevenlabs.phoneNumbers.map((row: { phone_number_id: string }) => row.phone_number_id)
    expect(idsOf(after)).toHaveLength(3)
    for (const id of idsOf(before)) expect(idsOf(after)).not.toContain(id)
    expect(await reported()).toEqual([])
    expect(await findingsOf(world, 'repair')).toEqual([])
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
    for (const line of lines) expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('renews one import first, and none of the others while that one is not read back as it is to be', async () => {
    const lines = [await aLine(world), await aLine(world), await aLine(world)]
    await aSecondary()
    await exchange({ ORDER_MAX_ATTEMPTS: '2' })
    await renew()
    await promote()
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 422, times: 9 })

    await renewAll()
    await renewAll()

    const { elevenlabs, requests } = await atCarriers(world)
    expect(elevenlabs.phoneNumbers).toHaveLength(2)
    expect(requests.elevenlabs['phoneNumbers.delete']).toBe(1)
    for (const line of lines) expect(await answers(line)).toBe('server')
    expect(await reported()).toEqual([
      {
        message: expect.stringContaining('being made anew'),
        phone_numbers: lines.map(({ number }) => number).toSorted(),
      },
    ])
    const [asked] = await notifications(world, '?status=pending&type=elevenlabs_import_required')
    expect(lines.map(({ number }) => number)).toContain(asked?.phone_number)

    await control(world, 'DELETE', 'faults')
    const orders = await world.sql<{ id: string }>(
      "select id from number_orders where status = 'needs_attention'",
    )
    for (const { id } of orders)
      await request(world.origin, 'POST', `/api/admin/orders/${id}/retry`, { token: ADMIN })
    await renewAll()
    for (const line of lines) expect(await answers(line)).toBe('elevenlabs')
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('brings one number here first, and none of the others while Twilio does not let it', async () => {
    const lines = [await aLine(world), await aLine(world)]
    await aSecondary()
    await exchange()
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 503, times: 9 })

    await renew()
    await renew()

    const held = (await states()).filter(({ import_state }) => import_state !== null)
    expect(held).toHaveLength(1)
    expect(await reported()).toEqual([])
    expect(await modes(lines.map(({ number }) => number))).toEqual(['elevenlabs', 'elevenlabs'])
  })

  /** What holds a number where it is, for nobody to sync. */
  const heldUp = {
    'missing at Twilio': async (number: string) => {
      const row = await numberAtTwilio(world, number)
      await world.context.telephony.releaseNumber(row.sid)
      await findingsOf(world, 'repair')
    },
    'left alone': (number: string) =>
      world.sql("update phone_numbers set mark_doubt = '' where phone_number = $1", [number]),
    'being released': async (number: string) => {
      await givingOf(world, number).release()
      await syncAll(world)
      await world.sql('update phone_numbers set releasing_at = now() where phone_number = $1', [
        number,
      ])
    },
  }

  test.each(Object.keys(heldUp) as (keyof typeof heldUp)[])(
    'beside a number that is %s, goes on with all others',
    async (what) => {
      const lines = [await aLine(world), await aLine(world), await aLine(world)]
      // The one that would go first.
      const [first] = await world.sql<{ phone_number: string }>(
        'select phone_number from phone_numbers order by id limit 1',
      )
      const others = lines.filter(({ number }) => number !== first?.phone_number)
      await heldUp[what](first?.phone_number ?? '')
      await aSecondary()
      await exchange()

      await renewAll()
      const ready = await reported()
      await promote()
      for (const line of others) expect(await answers(line)).toBe('server')
      await renewAll()

      expect(ready).toEqual([
        {
          message: expect.stringContaining('promote the secondary token'),
          phone_numbers: others.map(({ number }) => number).toSorted(),
        },
      ])
      for (const line of others) expect(await answers(line)).toBe('elevenlabs')
      expect(await reported()).toEqual([])
    },
  )

  test('whatever a number that was released was left as, brings one number here first', async () => {
    const lines = [await aLine(world), await aLine(world), await aLine(world)]
    const [gone] = lines
    await givingOf(world, gone?.number ?? '').release()
    await syncAll(world)
    await world.sql("update phone_numbers set import_state = 'refused' where phone_number = $1", [
      gone?.number,
    ])
    await endQuarantine(world, gone?.number ?? '')
    await releaseDue(world)
    const released = await rowOf(world, gone?.number ?? '')
    // As it was left until imports were forgotten with their numbers.
    await world.sql(
      "update phone_numbers set import_state = 'refused', import_token_hash = 'of the former token' where id = $1",
      [released.id],
    )
    await aSecondary()
    await exchange()
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 503, times: 9 })

    await renew()
    await renew()

    expect(released).toMatchObject({
      status: 'released',
      import_state: null,
      import_token_hash: null,
    })
    const due = await world.sql("select 1 from phone_numbers where import_state = 'outdated'")
    expect(due).toHaveLength(1)
    await control(world, 'DELETE', 'faults')
  })

  test('whose first number is not brought here within a minute, is told to a person until it is', async () => {
    await aLine(world)
    const { number } = await aLine(world)
    await aSecondary()
    await exchange()
    await fault(world, 'twilio', 'incomingPhoneNumbers.update', 'error', { status: 503, times: 99 })
    await renew()
    await renew()
    const before = await reported()

    await world.sql("update phone_numbers set updated_at = now() - interval '2 minutes'")
    await renew()
    const [late] = await reported()
    await control(world, 'DELETE', 'faults')
    await syncAll(world)
    await renewAll()

    expect(before).toEqual([])
    expect(late?.message).toContain('Do not promote')
    expect(late?.phone_numbers).toHaveLength(1)
    expect(await reported()).toEqual([
      {
        message: expect.stringContaining('promote the secondary token'),
        phone_numbers: expect.arrayContaining([number]),
      },
    ])
  })

  test('to one that Twilio does not take, leaves every number where it is, and says why', async () => {
    const line = await aLine(world)
    await world.restart({ TWILIO_AUTH_TOKEN: 'a-mistyped-token' })

    await expect(renew()).rejects.toThrow(/does not take TWILIO_AUTH_TOKEN/)
    await renew().catch(() => {})

    expect((await rowOf(world, line.number)).import_state).toBeNull()
    expect((await rowOf(world, line.number)).sync_due_at).toBeNull()
    expect(await reported()).toEqual([])
    await world.restart({})
    await renewAll()
    expect(await answers(line)).toBe('elevenlabs')
  })

  test('renews so many imports at a time that few are broken where all fail', async () => {
    for (let each = 0; each < 6; each += 1) await aLine(world)
    await aSecondary()
    await exchange({ ORDERS_CONCURRENCY: '2' })
    for (let each = 0; each < 6; each += 1) {
      await renew()
      await syncAll(world)
    }
    await promote()
    await renew()
    await runOrders(world)
    await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 422, times: 99 })

    await renewAll()

    const open = await world.sql("select 1 from number_orders where status = 'needs_attention'")
    expect(open).toHaveLength(2)
    const { elevenlabs } = await atCarriers(world)
    expect(elevenlabs.phoneNumbers).toHaveLength(4)
  })

  test.each([
    ['lost', 'elevenlabs', 'phoneNumbers.delete', 'lost_reply'],
    ['lost', 'elevenlabs', 'phoneNumbers.create', 'lost_reply'],
    ['never processed', 'elevenlabs', 'phoneNumbers.create', 'timeout'],
    ['lost', 'twilio', 'incomingPhoneNumbers.update', 'lost_reply'],
  ] as const)(
    'while a request is %s (%s %s), goes on and has its calls answered meanwhile',
    async (_what, carrier, operation, kind) => {
      const line = await aLine(world)
      await aSecondary()
      await exchange()
      await fault(world, carrier, operation, kind, { ms: 20 })
      await renew()
      await syncAll(world)
      await promote()

      await renew()
      await tickOrders(world)
      await answers(line)
      await renewAll()

      expect(await answers(line)).toBe('elevenlabs')
      const { elevenlabs } = await atCarriers(world)
      expect(elevenlabs.phoneNumbers).toHaveLength(1)
      expect(await reported()).toEqual([])
      expect((await rowOf(world, line.number)).import_state).toBeNull()
    },
  )

  test('leaves an organization that signs up before the promotion answered here, and its new import as it is after it', async () => {
    await aSecondary()
    await exchange()
    await renew()

    const { organization, token } = await signUp(world)
    const line = { number: organization.phoneNumber as string, name: organization.name as string }
    const early = await answers(line)
    const dialled = await dial(world, organization.id)
    await promote()
    const { elevenlabs: before } = await atCarriers(world)
    await renewAll()

    expect([early, await answers(line)]).toEqual(['server', 'elevenlabs'])
    expect(dialled.status).toBe(409)
    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toEqual(before.phoneNumbers)
    const { body } = await request(world.origin, 'GET', `/api/organizations/${organization.id}`, {
      token,
    })
    expect(body.organization.readyToUse).toBe(true)
  })

  test('taken back before the promotion, has the numbers go back to ElevenLabs with the imports they had', async () => {
    const line = await aLine(world)
    const { elevenlabs: before } = await atCarriers(world)
    await aSecondary()
    await exchange()
    await renew()
    expect(await answers(line)).toBe('server')

    await world.restart({})
    await renewAll()

    expect(await answers(line)).toBe('elevenlabs')
    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toEqual(before.phoneNumbers)
    expect(await reported()).toEqual([])
  })

  test('promoted before anybody here knew, has numbers answered here and their imports made anew all the same', async () => {
    const line = await aLine(world)
    await aSecondary()
    await promote()
    await exchange()

    await renewAll()

    expect(await answers(line)).toBe('elevenlabs')
  })

  test('where the one before is not told, has numbers answered here, renews no import, and tells a person', async () => {
    const line = await aLine(world)
    await aSecondary()
    await promote()
    const { elevenlabs: before } = await atCarriers(world)

    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()

    expect(await answers(line)).toBe('server')
    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toEqual(before.phoneNumbers)
    expect(await reported()).toEqual([
      {
        message: expect.stringMatching(
          /1\. Put the earlier token into TWILIO_AUTH_TOKEN_PREVIOUS, and restart/,
        ),
        phone_numbers: [line.number],
      },
    ])

    await exchange()
    await renewAll()
    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('while a server still runs that has the one before alone, is not fought over', async () => {
    const line = await aLine(world)
    await aSecondary()
    await exchange()
    await renew()
    const before = await states()

    const { db } = world.context
    const reviewed = await db.rpc(
      'review_imports',
      {
        tokenHash: (await rowOf(world, line.number)).import_token_hash,
        previousHash: null,
        publicUrl: world.origin,
        manual: false,
        atOnce: 10,
      },
      z.object({ leads: z.boolean(), changed: z.int() }),
    )

    expect(reviewed).toMatchObject({ leads: false, changed: 0 })
    expect(await states()).toEqual(before)
  })

  test('together with the address, begins once the numbers have followed', async () => {
    const line = await aLine(world)
    await world.restart({})
    await reconcile(world, { mode: 'repair' })
    const { port } = new URL(world.origin)
    await aSecondary()

    await exchange({ PUBLIC_URL: `http://localhost:${port}`, PUBLIC_URL_PREVIOUS: world.origin })
    await world.context.address.watchAddress(new AbortController().signal)
    await renew()

    expect(await answers(line)).toBe('server')
    expect((await reported()).map(({ message }) => message).join()).toContain('promote')
    await promote()
    await renewAll()
    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('where no server is to look after imports for a minute, tells a person once, until one does', async () => {
    await aLine(world)
    await world.restart({})
    await reconcile(world, { mode: 'repair' })
    const { port } = new URL(world.origin)
    await aSecondary()
    await exchange({ PUBLIC_URL: `http://localhost:${port}` })
    await renew()
    await renew()
    expect(await reported()).toEqual([])

    await world.sql("update deployment set unled_since = now() - interval '2 minutes'")
    await renew()
    await renew()

    const rows = await notifications(world, '?status=pending&type=imports_outdated')
    expect(rows).toMatchObject([{ message: expect.stringContaining(world.origin), occurrences: 1 }])
    await reconcile(world, { mode: 'repair', acceptPublicUrl: true })
    await renew()
    const after = (await reported()).map(({ message }) => message).join()
    expect(after).toContain('promote')
    expect(after).not.toContain('No server')
  })

  test.each([
    ['refuses our whole account', 401],
    ['does not answer', 503],
  ])('while Twilio %s, is not taken for promoted', async (_what, status) => {
    const line = await aLine(world)
    await aSecondary()
    await exchange()
    await renew()
    await fault(world, 'twilio', 'incomingPhoneNumbers.list', 'error', { status, times: 2 })

    await renew().catch(() => {})

    expect((await rowOf(world, line.number)).import_state).toBe('outdated')
    await control(world, 'DELETE', 'faults')
  })
})
