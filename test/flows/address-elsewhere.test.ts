import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { aPoolNumber } from '../support/manual.ts'
import { reconcile } from '../support/reconcile.ts'
import { ADMIN, request, signUp } from '../support/requests.ts'
import { anotherServer, somebody } from '../support/servers.ts'
import { startWorld, type World } from '../support/world.ts'

const { signal } = new AbortController()

describe('a server whose numbers point at PUBLIC_URL', () => {
  let world: World
  let number: string
  let pooled: string
  beforeAll(async () => {
    world = await startWorld()
    number = (await signUp(world)).organization.phoneNumber
    pooled = await aPoolNumber(world)
    await reconcile(world, { mode: 'repair' })
  })
  afterAll(() => world.stop())

  let place: Awaited<ReturnType<typeof somebody>>
  beforeEach(async () => {
    place = await somebody(404, 'no')
    place.giveWayTo(world)
  })

  type Server = Awaited<ReturnType<typeof anotherServer>>
  /** A server that the numbers point at, which has moved there; with `previous`, it accepts the address before, too. */
  const moved = async (previous?: string) => {
    const server = await anotherServer(world, {
      publicUrl: place.origin,
      ...(previous && { previous }),
    })
    await reconcile({ ...world, ...server }, { mode: 'repair', acceptPublicUrl: true })
    await server.context.phoneNumbers.syncDue.tick(signal)
    return server
  }
  const sweep = async (server: Server) => {
    const { body } = await reconcile({ ...world, ...server }, { mode: 'dry-run' })
    return body.report
  }
  const watchTwice = async ({ context }: Server) => {
    await context.address.watchAddress(signal)
    await context.address.watchAddress(signal)
  }
  const explain = async ({ origin }: Pick<Server, 'origin'>, to = number) => {
    const path = `/api/admin/routes/explain?to=${encodeURIComponent(to)}`
    const { body } = await request(origin, 'GET', path, { token: ADMIN })
    const steps: { step: string; result: string; because: string }[] = body.steps
    return {
      verified: body.routing.verified as boolean,
      results: Object.fromEntries(steps.map(({ step, result }) => [step, result])),
      because: Object.fromEntries(steps.map(({ step, because }) => [step, because])),
    }
  }
  const sound = { text: 'stored', carriers: 'verified' }

  test('while it proves the address, explains numbers as verified', async () => {
    const server = await moved()
    await watchTwice(server)

    expect(await explain(server)).toMatchObject({ verified: true, results: sound })
  })

  test('while the address is only not reached from here, explains numbers as verified', async () => {
    place = await somebody(502, 'no server')
    place.giveWayTo(world)
    const server = await moved()
    place.comeBack()
    await watchTwice(server)

    expect(await explain(server)).toMatchObject({ verified: true, results: sound })
  })

  test('since somebody else answers there, verifies nothing, and says why; until it proves the address', async () => {
    const server = await moved()
    place.comeBack()
    await watchTwice(server)

    const { verified, results, because } = await explain(server)

    expect(verified).toBe(false)
    expect(results).toMatchObject({
      text: 'unverified',
      call: 'unverified',
      carriers: 'elsewhere',
    })
    const why = `Somebody else answers at PUBLIC_URL, ${place.origin}, as this server found out at `
    for (const step of ['text', 'call', 'carriers']) expect(because[step]).toContain(why)
    expect((await explain(server, pooled)).results).toMatchObject({ call: 'unverified' })
    place.giveWayTo(world)
    await server.context.address.watchAddress(signal)
    expect(await explain(server)).toMatchObject({ verified: true, results: sound })
  })

  test('since somebody else answers there, with an address before it, does not guess at which ElevenLabs asks', async () => {
    const server = await moved(world.origin)
    const asked = { call: 'answered', question: 'us', report: 'us' }
    expect((await explain(server)).results).toMatchObject({ ...sound, ...asked })
    place.comeBack()
    await watchTwice(server)

    expect((await explain(server)).results).toMatchObject({
      text: 'unverified',
      carriers: 'elsewhere',
      question: 'unknown',
      report: 'unknown',
    })
  })

  test('since somebody else answers there, at the one address that ElevenLabs has, is asked and told nothing', async () => {
    const { context } = world
    await reconcile(world, { mode: 'repair', acceptPublicUrl: true })
    await context.phoneNumbers.syncDue.tick(signal)
    context.knownAddress.elsewhere = { detail: 'another deployment answered', at: new Date() }

    const { results, because } = await explain(world)

    context.knownAddress.elsewhere = undefined
    expect(results).toMatchObject({ question: 'other', report: 'lost' })
    expect(because.question).toContain('another deployment answered')
    expect(because.report).toContain('another deployment answered')
  })

  test('since somebody else answers there, says so in the report of its sweep', async () => {
    const server = await moved()
    const before = await sweep(server)
    place.comeBack()
    await watchTwice(server)

    const after = await sweep(server)

    expect(before.counts.address_elsewhere).toBe(0)
    expect(after.counts).toMatchObject({ address_elsewhere: 1, repaired: 0 })
    expect(after.findings).toContainEqual(
      expect.objectContaining({
        class: 'address_elsewhere',
        action: 'none',
        detail: expect.stringContaining(`PUBLIC_URL, ${place.origin}`),
      }),
    )
  })
})
