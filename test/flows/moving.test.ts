import { afterAll, beforeEach, describe, expect, onTestFinished, test } from 'vitest'
import { withRetries } from '../../src/carriers/webhook-url.ts'
import { numberAtTwilio, reconcile } from '../support/reconcile.ts'
import { atCarriers, notifications, runOrders, signUp } from '../support/requests.ts'
import { anotherServer, somebody, someoneSilent } from '../support/servers.ts'
import { aText, SMS_PATH, twilioPost } from '../support/signed.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()

describe('a deployment that moves', () => {
  let world: World
  beforeEach(async () => {
    world = await startWorld()
    return () => world.stop()
  })

  /** A live number, of which the address is on record. */
  const aSyncedNumber = async () => {
    const { organization } = await signUp(world)
    await reconcile(world, { mode: 'repair' })
    return organization.phoneNumber as string
  }
  const pointsAt = async (phoneNumber: string) =>
    new URL((await numberAtTwilio(world, phoneNumber)).sms_url).origin
  const unproven = () => notifications(world, '?type=public_url_unproven&status=pending')
  type Server = Awaited<ReturnType<typeof anotherServer>>
  /** What its loops do once each. */
  const loopsOf = async ({ context }: Pick<Server, 'context'>) => {
    await context.address.watchAddress(signal)
    await context.phoneNumbers.syncDue.tick(signal)
  }
  const said = (level: number, words: string) =>
    world.logs.filter((line) => line.includes(`"level":${level}`) && line.includes(words))

  test('from the address stored, with the word of its operator, takes its numbers along', async () => {
    const number = await aSyncedNumber()
    const server = await anotherServer(world, { previous: world.origin })

    await loopsOf(server)

    expect(await pointsAt(number)).toBe(server.origin)
    expect((await numberAtTwilio(world, number)).sms_url).toBe(
      withRetries(`${server.origin}${SMS_PATH}`),
    )
    expect(said(40, 'numbers follow to PUBLIC_URL')).toHaveLength(1)
    expect(await unproven()).toEqual([])
  })

  test.each([
    ['without a word of its operator', undefined],
    ['with another address than the one stored', 'https://elsewhere.example.com'],
  ])('%s, leaves its numbers where they are', async (_name, previous) => {
    const number = await aSyncedNumber()
    const server = await anotherServer(world, previous ? { previous } : {})

    await loopsOf(server)

    expect(await pointsAt(number)).toBe(world.origin)
  })

  test('to an address that is not proven, leaves its numbers, tells a person, and takes them once it is', async () => {
    const number = await aSyncedNumber()
    const place = await somebody(502, '')
    const publicUrl = place.origin
    const server = await anotherServer(world, { previous: world.origin, publicUrl })

    await loopsOf(server)
    expect(await unproven()).toEqual([])
    await loopsOf(server)

    expect(await pointsAt(number)).toBe(world.origin)
    const [row, ...more] = await unproven()
    expect(row).toMatchObject({ message: expect.stringContaining(publicUrl), occurrences: 1 })
    expect(more).toEqual([])
    // Looked at again and again, it waits; nothing more has happened.
    await loopsOf(server)
    await loopsOf(server)
    expect(await unproven()).toEqual([row])
    expect(said(40, 'could not be reached from here')).toHaveLength(1)
    expect(said(50, 'somebody else')).toEqual([])
    place.giveWayTo(world)
    await loopsOf(server)
    expect(await pointsAt(number)).toBe(publicUrl)
    expect(await unproven()).toEqual([])
  })

  test('to where somebody else answers, leaves its numbers', async () => {
    const number = await aSyncedNumber()
    const { origin: publicUrl } = await somebody(200, '<html>')
    const server = await anotherServer(world, { previous: world.origin, publicUrl })

    await loopsOf(server)
    await loopsOf(server)

    expect(await pointsAt(number)).toBe(world.origin)
    const messages = (await unproven()).map(({ message }) => message).join()
    expect(messages).toMatch(/Somebody else answers at/)
    expect(messages).toMatch(/do not follow/)
  })

  test('to an address that gives no answer, is ready while it asks there', async () => {
    const silent = await someoneSilent()
    const server = await anotherServer(world, { publicUrl: silent.origin })
    const stopping = new AbortController()
    let isOver = false
    const proving = server.context.address.watchAddress(stopping.signal).then(() => {
      isOver = true
    })
    await expect.poll(silent.asked).toBe(1)

    const { status } = await fetch(`${server.origin}/readyz`)

    expect({ status, isOver }).toEqual({ status: 200, isOver: false })
    stopping.abort()
    await proving
  })

  test('while a server of before runs on, is not brought back by it', async () => {
    const number = await aSyncedNumber()
    const server = await anotherServer(world, { previous: world.origin })
    // As the first step of a move has it: both are accepted, and nothing moves yet.
    const before = await anotherServer(world, {
      publicUrl: world.origin,
      previous: server.origin,
    })
    await loopsOf(before)
    await loopsOf(server)

    await loopsOf(before)
    await loopsOf(server)

    expect(await pointsAt(number)).toBe(server.origin)
  })

  test('at another address than its numbers point at, works on no order of them', async () => {
    const number = await aSyncedNumber()
    const before = await numberAtTwilio(world, number)
    await world.sql(`insert into number_orders (organization_id, cause, country, step, phone_number_id)
      select h.organization_id, 'adopted', p.country, 'sync', p.id from phone_numbers p
      join organization_phone_numbers h on h.phone_number_id = p.id`)
    const server = await anotherServer(world)

    await server.context.phoneNumbers.runner.tick(signal)
    await server.context.phoneNumbers.runner.tick(signal)

    expect(await numberAtTwilio(world, number)).toEqual(before)
    expect(said(40, 'orders wait, and nothing is bought')).toHaveLength(1)
    await runOrders(world)
    expect(await numberAtTwilio(world, number)).toEqual(before)
  })

  test('signs up at another address than its numbers point at, buys nothing there, and has the number from where they do', async () => {
    await aSyncedNumber()
    const server = await anotherServer(world, { signupWaitMs: 0 })
    const before = (await atCarriers(world)).requests.twilio

    const { organization } = await signUp({ ...world, origin: server.origin })

    expect(organization).toMatchObject({ phoneNumber: null, phoneNumberStatus: 'pending' })
    expect((await atCarriers(world)).requests.twilio).toEqual(before)
    await runOrders(world)
    const rows = await world.sql<{ phone_number: string }>(
      `select p.phone_number from phone_numbers p
       join organization_phone_numbers h on h.phone_number_id = p.id where h.organization_id = $1`,
      [organization.id],
    )
    expect(await Promise.all(rows.map((row) => pointsAt(row.phone_number)))).toEqual([world.origin])
  })

  test('as long as it moves, takes what is signed for either address, and for no third', async () => {
    const number = await aSyncedNumber()
    const server = await anotherServer(world, { previous: world.origin })
    const signedFor = async (address: string) =>
      (await twilioPost(server, SMS_PATH, aText(number), { url: `${address}${SMS_PATH}` })).status

    expect(await signedFor(server.origin)).toBe(200)
    expect(await signedFor(world.origin)).toBe(200)
    expect(await signedFor('http://127.0.0.1:1')).toBe(403)
  })

  test('where somebody else answers at its address, tells a person, once, until it is back', async () => {
    const place = await somebody(404, 'no')
    const { context } = await anotherServer(world, { publicUrl: place.origin })
    const words = 'omebody else answers at PUBLIC_URL'
    await context.address.watchAddress(signal)
    expect(await unproven()).toEqual([])

    await context.address.watchAddress(signal)
    await context.address.watchAddress(signal)

    expect(await unproven()).toMatchObject([
      { occurrences: 1, message: expect.stringContaining(`${words}, ${place.origin}`) },
    ])
    expect(said(50, words)).toHaveLength(1)
    place.giveWayTo(world)
    await context.address.watchAddress(signal)
    expect(await unproven()).toEqual([])
  })

  test('where somebody else answered to a server that is gone since, tells no more once another proves the address', async () => {
    const place = await somebody(404, 'no')
    const left = await anotherServer(world, { publicUrl: place.origin })
    const gone = await anotherServer(world, { publicUrl: place.origin })
    place.giveWayTo(world)
    await left.context.address.watchAddress(signal)
    place.comeBack()
    await gone.context.address.watchAddress(signal)
    await gone.context.address.watchAddress(signal)
    expect(await unproven()).toHaveLength(1)
    place.giveWayTo(world)

    await left.context.address.watchAddress(signal)

    expect(await unproven()).toEqual([])
    expect(said(30, 'PUBLIC_URL leads to this deployment')).toHaveLength(1)
  })

  test('at another address than a server that proves its own, is told until its own is proven', async () => {
    const place = await somebody(404, 'no')
    const { context } = await anotherServer(world, { publicUrl: place.origin })
    await world.context.address.watchAddress(signal)
    await context.address.watchAddress(signal)
    await context.address.watchAddress(signal)

    await world.context.address.watchAddress(signal)

    expect(await unproven()).toHaveLength(1)
  })
})

describe('an address that was mistyped', () => {
  test('and where somebody else answered, is told no more once this deployment answers at the right one', async () => {
    const world = await startWorld()
    onTestFinished(() => world.stop())
    const unproven = () => notifications(world, '?type=public_url_unproven&status=pending')
    const watchTwice = async ({ context }: Awaited<ReturnType<typeof anotherServer>>) => {
      await context.address.watchAddress(signal)
      await context.address.watchAddress(signal)
    }
    await reconcile(world, { mode: 'repair' })
    const { origin: mistyped } = await somebody(200, '<html>')
    await watchTwice(await anotherServer(world, { publicUrl: mistyped, previous: world.origin }))
    expect(await unproven()).toHaveLength(2)

    await watchTwice(await anotherServer(world, { previous: world.origin }))

    expect(await unproven()).toEqual([])
  })
})

describe('numbers that are due', () => {
  const ROOM = 4
  let inside = 0
  let most = 0
  let arrived: () => void = () => {}
  let world: World
  beforeEach(async () => {
    const settings = { ORDERS_CONCURRENCY: String(ROOM) }
    let gate: Promise<void> | undefined
    world = await startWorld({
      settings,
      telephony: (real) => ({
        ...real,
        async getNumber(sid) {
          inside += 1
          most = Math.max(most, inside)
          if (inside === ROOM) arrived()
          await gate
          inside -= 1
          return real.getNumber(sid)
        },
      }),
    })
    open = () => {
      gate = undefined
    }
    close = () => {
      most = inside = 0
      gate = new Promise<void>((resolve) => {
        arrived = resolve
      })
    }
    return () => world.stop()
  })
  afterAll(() => open())
  let open: () => void = () => {}
  let close: () => void = () => {}

  test('many, are synced several at a time, and no more than ORDERS_CONCURRENCY', async () => {
    for (let index = 0; index < ROOM + 2; index += 1) await signUp(world)
    await world.sql("update phone_numbers set sync_due_at = now() where status = 'assigned'")
    close()

    // Goes on only once so many are being read at the same time.
    await world.context.phoneNumbers.syncDue.tick(signal)

    expect(most).toBe(ROOM)
    expect(await world.sql('select 1 from phone_numbers where sync_due_at is not null')).toEqual([])
  })
})
