import { describe, expect, test } from 'vitest'
import { buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { aLine, rowOf } from '../support/quarantine.ts'
import { findingsOf, numberAtTwilio, reconcile } from '../support/reconcile.ts'
import { ADMIN, atCarriers, fault, notifications, request, runOrders } from '../support/requests.ts'
import { NEW, rotationOf } from '../support/token-rotation.ts'
import type { World } from '../support/world.ts'

describe('imports, after Twilio’s token was exchanged', () => {
  let world: World
  const { aSecondary, promote, exchange, renew, renewAll, reported, answers, states } = rotationOf(
    (began) => {
      world = began
    },
  )

  test('with an import that nobody knows the token of, renews it not, and tells a person once, who deletes it or says that it is right', async () => {
    const numbers: string[] = []
    for (let each = 0; each < 2; each += 1) {
      const { phoneNumber } = await buyAtTwilio(world)
      await enter(world, {
        phoneNumber,
        elevenLabsPhoneId: await importInDashboard(world, phoneNumber),
      })
      numbers.push(phoneNumber)
    }
    await runOrders(world)
    await aSecondary()
    await exchange()
    await renew()
    await promote()
    const { elevenlabs: before } = await atCarriers(world)

    await renewAll()

    expect((await atCarriers(world)).elevenlabs.phoneNumbers).toEqual(before.phoneNumbers)
    const rows = await notifications(world, '?status=pending&type=imports_outdated')
    expect(rows).toMatchObject([{ phone_numbers: numbers.toSorted(), occurrences: 1 }])
    const [first = '', second = ''] = numbers
    await request(world.origin, 'POST', `/api/admin/phone-numbers/${first}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId: (await rowOf(world, first)).elevenlabs_phone_id },
    })
    await world.context.voiceAgents.removeNumber(
      (await rowOf(world, second)).elevenlabs_phone_id ?? '',
    )
    await findingsOf(world, 'repair', [second])
    await renewAll()

    for (const number of numbers) {
      expect((await numberAtTwilio(world, number)).voice_url).toContain('/elevenlabs/')
      expect((await rowOf(world, number)).import_state).toBeNull()
    }
    expect(await reported()).toEqual([])
  })

  test.each([
    ['after a request that was not answered', true],
    ['after a request that is refused', false],
  ])(
    'with an import that a wrong list lacked, and that is found %s, takes it for nobody knows which token’s, and tells a person',
    async (_when, isUnanswered) => {
      const line = await aLine(world)
      await aSecondary()
      await promote()
      await exchange()
      const before = (await atCarriers(world)).elevenlabs.phoneNumbers
      // A backup of the time before its import.
      await world.sql(
        `update phone_numbers set status = 'purchased', elevenlabs_phone_id = null, import_token_hash = null,
          import_begun_hash = null, import_state = null where phone_number = $1`,
        [line.number],
      )
      await world.sql(
        "update number_orders set status = 'running', step = 'import', next_run_at = now()",
      )
      await fault(world, 'elevenlabs', 'phoneNumbers.list', 'empty_list')
      if (isUnanswered) {
        await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 500 })
      }

      await runOrders(world)
      await renewAll()

      expect((await atCarriers(world)).elevenlabs.phoneNumbers).toEqual(before)
      expect(await states()).toEqual([{ import_state: 'unknown' }])
      expect(await reported()).toMatchObject([{ phone_numbers: [line.number] }])
      expect(await answers(line)).toBe('server')
    },
  )

  test('with many imports that nobody can renew, has each made anew that a person has deleted', async () => {
    const lines = [await aLine(world), await aLine(world), await aLine(world), await aLine(world)]
    await aSecondary()
    await promote()
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
    expect(new Set((await states()).map(({ import_state }) => import_state))).toEqual(
      new Set(['unknown']),
    )
    for (const { number } of lines) {
      const { elevenlabs_phone_id } = await rowOf(world, number)
      await world.context.voiceAgents.removeNumber(elevenlabs_phone_id ?? '')
    }

    await reconcile(world, { mode: 'repair' })
    await renewAll()

    for (const line of lines) expect(await answers(line)).toBe('elevenlabs')
    expect(await notifications(world, '?status=pending')).toEqual([])
  })

  test('with manual imports, lists them for a person once, answers their calls, and takes the new ids', async () => {
    const lines = [await aLine(world), await aLine(world)]
    await aSecondary()
    await exchange({ ELEVENLABS_IMPORT: 'manual' })
    await renew()
    await promote()

    await renewAll()

    const rows = await notifications(world, '?status=pending&type=imports_outdated')
    expect(rows).toMatchObject([
      { phone_numbers: lines.map(({ number }) => number).toSorted(), occurrences: 1 },
    ])
    for (const { number, name } of lines) {
      expect(rows[0]?.message).toContain(`${number} (organization "${name}")`)
      expect(await answers({ number, name })).toBe('server')
      const { elevenlabs_phone_id: id } = await rowOf(world, number)
      const activate = (elevenLabsPhoneId: string | null) =>
        request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
          token: ADMIN,
          body: { elevenLabsPhoneId },
        })
      await activate(id)
      expect(await answers({ number, name })).toBe('server')
      await world.context.voiceAgents.removeNumber(id ?? '')
      const renewed = await importInDashboard(world, number, NEW)
      expect(await activate(renewed)).toMatchObject({ status: 200 })
      expect(await answers({ number, name })).toBe('elevenlabs')
    }
    await renewAll()
    expect(await reported()).toEqual([])
  })

  test.each([
    ['the former', undefined],
    ['the new', NEW],
  ])(
    'before the promotion, with a manual import that was made with %s token, takes it for nobody knows which',
    async (_which, token) => {
      const line = await aLine(world)
      await aSecondary()
      await exchange({ ELEVENLABS_IMPORT: 'manual' })
      await world.context.voiceAgents.removeNumber(
        (await rowOf(world, line.number)).elevenlabs_phone_id ?? '',
      )
      const made = await importInDashboard(world, line.number, token)
      const activate = () =>
        request(world.origin, 'POST', `/api/admin/phone-numbers/${line.number}/activate`, {
          token: ADMIN,
          body: { elevenLabsPhoneId: made },
        })

      await activate()
      const first = (await rowOf(world, line.number)).import_token_hash
      await renewAll()
      await promote()
      await renewAll()

      expect(first).toBeNull()
      expect(await rowOf(world, line.number)).toMatchObject({ import_state: 'unknown' })
      expect(await answers(line)).toBe('server')
      expect(await reported()).toHaveLength(1)
    },
  )

  test('before the promotion, with a manual import that a person says twice is right, takes it for the new token’s', async () => {
    const line = await aLine(world)
    await aSecondary()
    await exchange({ ELEVENLABS_IMPORT: 'manual' })
    await world.context.voiceAgents.removeNumber(
      (await rowOf(world, line.number)).elevenlabs_phone_id ?? '',
    )
    const made = await importInDashboard(world, line.number, NEW)
    const activate = () =>
      request(world.origin, 'POST', `/api/admin/phone-numbers/${line.number}/activate`, {
        token: ADMIN,
        body: { elevenLabsPhoneId: made },
      })

    await activate()
    await renewAll()
    await activate()
    await renewAll()
    await promote()
    await renewAll()

    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })
})
