import { describe, expect, test } from 'vitest'
import { assign, buyAtTwilio, enter, importInDashboard } from '../support/manual.ts'
import { aLine, givingOf, rowOf } from '../support/quarantine.ts'
import { findingsOf, forget } from '../support/reconcile.ts'
import { ADMIN, atCarriers, fault, request, runOrders } from '../support/requests.ts'
import { NEW, rotationOf } from '../support/token-rotation.ts'
import type { World } from '../support/world.ts'

/** A person learns of what this says, and nothing is made with the token of it. */
const UNVOUCHED = { import_state: 'unknown', import_token_hash: null }

describe('an import that nobody knows the token of, when no former token is in .env', () => {
  let world: World
  const { aSecondary, promote, revert, exchange, renew, renewAll, reported, answers } = rotationOf(
    (began) => {
      world = began
    },
  )
  /** As operations.md has it, with every number there is. */
  const exchanged = async () => {
    await renew()
    await aSecondary()
    await exchange()
    await renewAll()
    await promote()
    await renewAll()
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
  }
  /** Without those steps: the servers never had both tokens. */
  const replaced = async () => {
    await renew()
    await aSecondary()
    await promote()
    await world.restart({ TWILIO_AUTH_TOKEN: NEW })
    await renewAll()
  }
  /** A number that a restored backup does not have, restored and assigned by a person. */
  const restored = async (line: Awaited<ReturnType<typeof aLine>>) => {
    await findingsOf(world, 'repair')
    await givingOf(world, line.number).restore()
    await runOrders(world)
    await assign(world, line.number, line.id)
    await runOrders(world)
  }
  const stored = async (number: string) => {
    const [row] = await world.sql(
      'select import_state, import_token_hash from phone_numbers where phone_number = $1',
      [number],
    )
    return row
  }
  const activate = async (number: string) =>
    request(world.origin, 'POST', `/api/admin/phone-numbers/${number}/activate`, {
      token: ADMIN,
      body: { elevenLabsPhoneId: (await rowOf(world, number)).elevenlabs_phone_id },
    })
  const importsOf = async (number: string) =>
    (await atCarriers(world)).elevenlabs.phoneNumbers.filter(
      (each: { phone_number: string }) => each.phone_number === number,
    )

  test.each([
    ['the token was exchanged', exchanged],
    ['the token was replaced without the former one', replaced],
  ])(
    'of a number that was adopted after %s, is left as it is, and a person is told until it is made anew',
    async (_when, happens) => {
      const line = await aLine(world)
      await forget(world, line.number)
      await happens()

      await restored(line)

      expect(await stored(line.number)).toEqual(UNVOUCHED)
      expect(await answers(line)).toBe('server')
      await renewAll()
      expect(await reported()).toMatchObject([{ phone_numbers: [line.number] }])
      expect(await importsOf(line.number)).toMatchObject([{ token_is_current: false }])
      const { elevenlabs_phone_id: id } = await rowOf(world, line.number)
      await world.context.voiceAgents.removeNumber(id ?? '')
      await findingsOf(world, 'repair', [line.number])
      await renewAll()
      expect(await answers(line)).toBe('elevenlabs')
      expect(await reported()).toEqual([])
    },
  )

  test.each([
    ['after a request that was not answered', true],
    ['after a request that is refused', false],
  ])(
    'found %s, of a number that was adopted after the token was exchanged, is told to a person',
    async (_when, isUnanswered) => {
      const line = await aLine(world)
      await forget(world, line.number)
      await exchanged()
      await findingsOf(world, 'repair')
      await givingOf(world, line.number).restore()
      await fault(world, 'elevenlabs', 'phoneNumbers.list', 'empty_list')
      if (isUnanswered) {
        await fault(world, 'elevenlabs', 'phoneNumbers.create', 'error', { status: 500 })
      }
      await runOrders(world)
      await assign(world, line.number, line.id)
      await runOrders(world)
      await renewAll()

      expect(await stored(line.number)).toEqual(UNVOUCHED)
      expect(await answers(line)).toBe('server')
      expect(await reported()).toMatchObject([{ phone_numbers: [line.number] }])
    },
  )

  test('that a person had entered before the token was replaced, is told to a person', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await enter(world, {
      phoneNumber,
      elevenLabsPhoneId: await importInDashboard(world, phoneNumber),
    })
    await runOrders(world)
    await replaced()

    expect(await stored(phoneNumber)).toEqual(UNVOUCHED)
    expect(await reported()).toMatchObject([{ phone_numbers: [phoneNumber] }])
  })

  test('that a person enters after the token was exchanged, and says is right, is as it is to be', async () => {
    const { phoneNumber } = await buyAtTwilio(world)
    await exchanged()
    await enter(world, {
      phoneNumber,
      elevenLabsPhoneId: await importInDashboard(world, phoneNumber, NEW),
    })
    await runOrders(world)
    expect(await stored(phoneNumber)).toEqual(UNVOUCHED)

    expect(await activate(phoneNumber)).toMatchObject({ status: 200 })
    await renewAll()

    expect(await stored(phoneNumber)).toMatchObject({ import_state: null })
    expect(await reported()).toEqual([])
  })

  test('of a number that is bought after the token was exchanged, was made with the present one', async () => {
    await exchanged()
    // Twilio says only the second in which it was bought.
    await world.sql("update deployment set token_since = token_since - interval '1 minute'")
    await world.restart({ TWILIO_AUTH_TOKEN: NEW, ELEVENLABS_IMPORT: 'manual' })
    const line = await aLine(world)
    await importInDashboard(world, line.number, NEW)
    const [order] = await world.sql<{ id: string }>('select id from number_orders')

    await request(world.origin, 'POST', `/api/admin/orders/${order?.id}/retry`, { token: ADMIN })
    await runOrders(world)
    await renewAll()

    expect(await stored(line.number)).toMatchObject({ import_state: null })
    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('of a number that was bought after the token was exchanged, given up and taken back, was made with the present one', async () => {
    await exchanged()
    await world.sql("update deployment set token_since = token_since - interval '1 minute'")
    await world.restart({ TWILIO_AUTH_TOKEN: NEW, INBOUND_VOICE: 'server' })
    const line = await aLine(world)
    await line.organization.release()
    await line.organization.restore()
    await runOrders(world)
    expect(await world.sql("select 1 as one from number_orders where cause = 'manual'")).toEqual([
      { one: 1 },
    ])

    await world.restart({ TWILIO_AUTH_TOKEN: NEW, ELEVENLABS_IMPORT: 'manual' })
    await importInDashboard(world, line.number, NEW)
    await runOrders(world)
    await renewAll()

    expect(await stored(line.number)).toMatchObject({ import_state: null })
    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('of a number that was adopted where the token never was another, was made with it', async () => {
    const line = await aLine(world)
    await renew()
    await forget(world, line.number)
    await world.restart({})

    await restored(line)
    await renewAll()

    expect(await stored(line.number)).toMatchObject({ import_state: null })
    expect(await answers(line)).toBe('elevenlabs')
    expect(await reported()).toEqual([])
  })

  test('where a server was started with a mistyped token in between, is taken for what it was', async () => {
    const line = await aLine(world)
    await renew()
    await forget(world, line.number)
    await world.restart({ TWILIO_AUTH_TOKEN: 'mistyped-token' })
    await expect(renew()).rejects.toThrow(/TWILIO_AUTH_TOKEN/)
    await revert()
    await renew()

    await restored(line)
    await renewAll()

    expect(await stored(line.number)).toMatchObject({ import_state: null })
    expect(await reported()).toEqual([])
  })
})
