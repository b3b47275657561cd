import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { documentedAt } from '../support/documented-answers.ts'
import { impossibleBodies } from '../support/impossible-bodies.ts'
import { stopWithCleanLogs } from '../support/leaks.ts'
import { ADMIN, request } from '../support/requests.ts'
import { startWorld, type World } from '../support/world.ts'

describe('a body, wrong by a rule about several of its fields', () => {
  let world: World
  beforeAll(async () => {
    world = await startWorld()
  })
  afterAll(() => stopWithCleanLogs(world))

  test.each([
    ...impossibleBodies,
    ['POST', '/api/organizations/{organizationId}/messages', { to: '+16045550123', body: ' ' }],
    ['POST', '/api/organizations/{organizationId}/messages', { to: '+16045550123', mediaUrls: [] }],
  ] as const)(
    '%s %s %j, is refused by the server and by the document',
    async (method, path, body) => {
      const pointer = ['paths', path, method.toLowerCase(), 'requestBody', 'content']

      const asked = path.replace(/\{\w+\}/g, () => randomUUID())
      const answer = await request(world.origin, method, asked, { token: ADMIN, body })

      expect(answer.status).toBe(400)
      expect(
        documentedAt('requests', [...pointer, 'application/json', 'schema'], body),
      ).toBeDefined()
    },
  )
})
