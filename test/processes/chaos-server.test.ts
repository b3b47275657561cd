import { once } from 'node:events'
import { createServer as listenAt } from 'node:net'
import { tmpdir } from 'node:os'
import { expect, onTestFinished, test } from 'vitest'
import { createServer } from '../../chaos/deployment.ts'
import { releasePort, reservePort } from '../support/reserved-port.ts'

const options = {
  twins: 'http://127.0.0.1:1',
  databaseUrl: 'postgres://nobody@127.0.0.1:1/nothing',
  agentId: 'agent_1',
  webhookSecret: 'a-webhook-secret',
  quarantineDays: 14,
  voice: 'elevenlabs',
  publicUrl: undefined,
  isManual: false,
  hasServices: false,
} as const

test('a server of the experiment, on a port that is taken, says so and is not waited for', async () => {
  const port = await reservePort()
  const other = listenAt().listen(port, '127.0.0.1')
  await once(other, 'listening')
  const server = createServer({ ...options, port }, tmpdir())
  onTestFinished(async () => {
    await server.stop()
    other.close()
    releasePort(port)
  })

  await expect(server.ensureUp()).rejects.toThrow(/ended by itself \(1\)[\s\S]*EADDRINUSE/)
})
