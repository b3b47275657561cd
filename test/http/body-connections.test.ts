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

  const refusals: [string, number, Parameters<typeof serveUnproven>[0], string][] = [
    ['proof cannot be any', 403, {}, 'X-Proof: none'],
    ['address has forged too much', 429, { budget: 0 }, 'X-Proof: none'],
    ['packing nobody reads', 415, {}, 'Content-Encoding: br'],
    ['place is taken', 503, { places: createPlaces({ perAddress: 0 }) }, 'X-Small: no'],
    ['end does not come', 408, { bodyMs: 100 }, 'X-Slow: yes'],
  ]

  test.each(refusals)(
    'larger than small, whose %s, is answered %i, and the answer says that the connection ends',
    async (_why, status, options, header) => {
      const { connect } = await serve(options)
      const { socket, came } = await connect()
      const ended = new Promise((resolve) => socket.once('end', resolve))
      const message = messageOf(aBody(10), `${header}\r\nContent-Length: ${4 * LARGE}`)
      const isNone = header === 'X-Proof: none'
      socket.write(isNone ? message.toString().replace('X-Proof: some\r\n', '') : message)
      await ended

      expect(came.text).toContain(`HTTP/1.1 ${status}`)
      expect(came.text).toContain('Connection: close')
    },
  )

  test.each([
    ['in chunks', 'Transfer-Encoding: chunked', '1\r\nx\r\n', '0\r\n\r\n'],
    ['larger than small', `Content-Length: ${LARGE}`, 'x', 'x'.repeat(LARGE - 1)],
  ])(
    '%s, that was refused, is the last of its connection: what comes behind it is not worked at',
    async (_how, header, start, rest) => {
      const { connect, connections, counts } = await serve()
      const { socket, came } = await connect({ allowHalfOpen: true })
      const refused = messageOf(Buffer.from(start), header).toString()
      socket.write(refused.replace('X-Proof: some', 'X-Proof: none'))
      await expect.poll(() => came.text).toContain('HTTP/1.1 403')
      socket.write(Buffer.concat([Buffer.from(rest), messageOf(aBody(10))]))
      await expect.poll(connections).toBe(0)
      socket.destroy()

      expect(counts).toMatchObject({ asked: 1, examined: 0 })
    },
  )

  test('small, that was refused, ends nothing that comes behind it', async () => {
    const held: (() => void)[] = []
    const { connect, counts } = await serve({
      bodyMs: 200,
      work: (_req, res) => void held.push(() => res.send('ok')),
    })
    const { socket, came } = await connect()
    const refused = messageOf(aBody(100)).toString()
    socket.write(refused.replace('X-Proof: some', 'X-Proof: none'))
    await expect.poll(() => came.text).toContain('HTTP/1.1 403')
    socket.write(messageOf(aBody(10)))
    await expect.poll(() => held.length).toBe(1)
    // The time of the first one is over once that of another connection, begun later, is.
    const other = await connect()
    other.socket.write(messageOf(aBody(10), 'Content-Length: 100'))
    await expect.poll(() => other.came.text).toContain('HTTP/1.1 408')
    for (const answer of held) answer()

    await expect.poll(() => came.text).toContain('HTTP/1.1 200')
    expect(came.text).not.toContain('Connection: close')
    expect(counts.asked).toBe(3)
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
