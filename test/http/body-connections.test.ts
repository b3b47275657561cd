import { afterEach, describe, expect, test } from 'vitest'
import { createPlaces } from '../../src/webhooks/bodies/places.ts'
import { freeIn } from '../support/places.ts'
import { aBody, LARGE, messageOf, type Served, serveUnproven } from '../support/unproven.ts'

const FROM = '203.0.113.1'

describe('a body, and the connection over which it comes', () => {
  let served: Served | undefined
  afterEach(() => served?.stop())

  const serve = async (options: Parameters<typeof serveUnproven>[0] = {}) => {
    served = await serveUnproven(options)
    return served
  }

  test('behind another of its connection, is to come again until that one is proven', async () => {
    const held: (() => void)[] = []
    const { connect, counts } = await serve({
      work: (_req, res) => void held.push(() => res.send('ok')),
    })
    const { socket, came } = await connect()
    socket.write(Buffer.concat([messageOf(aBody(10)), messageOf(aBody(10, 'lie'))]))
    await expect.poll(() => counts.guarded).toBe(2)
    socket.write(messageOf(aBody(10)))
    await expect.poll(() => held.length).toBe(2)
    for (const answer of held) answer()
    await expect.poll(() => came.text.match(/HTTP\/1.1 \d+/g)).toHaveLength(3)

    expect(came.text.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(['200', '503', '200'])
    expect(counts.examined).toBe(2)
  })

  test.each([
    ['alone', false],
    ['behind another of its connection', true],
  ])(
    'proven, %s, whose sender has hung up, is held until the work for it is over',
    async (_how, isBehind) => {
      const held: (() => void)[] = []
      const places = createPlaces()
      const before = freeIn(places, FROM)
      const { connect, counts } = await serve({
        places,
        work: (_req, res) => void held.push(() => res.send('ok')),
      })
      const { socket } = await connect()
      const bodies = isBehind ? [aBody(10), aBody(LARGE)] : [aBody(LARGE)]
      for (const [index, body] of bodies.entries()) {
        socket.write(messageOf(body))
        await expect.poll(() => held.length).toBe(index + 1)
      }
      socket.destroy()
      await expect.poll(() => counts.closed).toBeGreaterThan(0)
      const { known } = freeIn(places, FROM)
      for (const answer of held) answer()

      expect(known).toBeLessThan(before.known)
      expect(freeIn(places, FROM)).toEqual(before)
    },
  )

  test.each([
    ['whose proof cannot be any, is refused', 'none', ['403']],
    ['whose proof may be one, is asked for', 'some', ['100', '200']],
  ])('announced with Expect: 100-continue, %s', async (_what, proof, statuses) => {
    const { connect } = await serve()
    const { socket, came } = await connect()
    const head = `Expect: 100-continue\r\nContent-Length: 10${proof === 'none' ? '0' : ''}`
    const message = messageOf(Buffer.alloc(0), head).toString()
    socket.write(proof === 'none' ? message.replace('X-Proof: some', 'X-Proof: none') : message)
    await expect.poll(() => came.text).toContain('HTTP/1.1')
    if (proof === 'some') socket.write(aBody(10))
    await expect.poll(() => came.text.match(/(?<=HTTP\/1.1 )\d+/g)).toEqual(statuses)
  })

  test('whose sender hangs up before it is answered, is logged as that', async () => {
    const { begin, counts, log } = await serve()
    const { sending } = begin({ headers: { 'content-length': 100 } })
    sending.write('x')
    await expect.poll(() => counts.read).toBe(1)
    sending.destroy()
    await expect.poll(() => counts.closed).toBe(1)

    expect(log.entries()).toMatchObject([{ problem: 'hung_up' }])
  })
})
