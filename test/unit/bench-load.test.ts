import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, expect, test } from 'vitest'
import { closedLoop } from '../../bench/load/closed-loop.ts'
import { openLoop } from '../../bench/load/open-loop.ts'
import type { Work } from '../../bench/load/outcome.ts'

const work: Work = {
  name: 'a question',
  table: 'calls',
  ask: (number) => ({ sent: { path: `/${number}`, headers: {}, body: '{}' }, right: 'right' }),
}

const servers: Server[] = []
afterEach(() => {
  for (const server of servers.splice(0)) {
    server.close()
    server.closeAllConnections()
  }
})

/** Answers what is asked with `answer`; undefined: never. */
async function serve(answer: (path: string) => string | undefined) {
  const asked: string[] = []
  const server = createServer({ keepAliveTimeout: 0 }, (req, res) => {
    const path = req.url ?? ''
    asked.push(path)
    const body = answer(path)
    req.resume()
    if (body !== undefined) res.writeHead(200, { 'content-length': body.length }).end(body)
  })
  servers.push(server)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return { asked, origin: `http://127.0.0.1:${(server.address() as AddressInfo).port}` }
}

function questions() {
  let number = 0
  return { work, isEmpty: false, next: () => number++ }
}

test('a closed loop, of two servers, asks them in turns and every question once', async () => {
  const [one, other] = [await serve(() => 'right'), await serve(() => 'right')]
  const outcome = await closedLoop(
    { ...questions(), origin: one.origin, others: [other.origin] },
    1,
    100,
  )

  expect(outcome.right).toBe(outcome.sent)
  expect(one.asked.length - other.asked.length).toBeOneOf([0, 1])
  expect(new Set([...one.asked, ...other.asked]).size).toBe(outcome.sent)
})

test.each([
  ['answers', 'right', 60_000, { right: 20, tooLate: 0 }],
  ['never answers', undefined, 50, { right: 0, tooLate: 20 }],
])(
  'an open loop, of a server that %s, sends all that is scheduled',
  async (_, answer, patienceMs, counted) => {
    const { asked, origin } = await serve(() => answer)
    const outcome = await openLoop(
      { ...questions(), origin },
      { perSecond: 100, ms: 200, patienceMs },
    )

    expect(outcome).toMatchObject({ sent: 20, wrong: 0, errors: 0, ...counted })
    if (answer) expect(new Set(asked).size).toBe(20)
  },
)
