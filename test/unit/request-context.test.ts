import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import express from 'express'
import { expect, test } from 'vitest'
import { createRefusalLog } from '../../src/http/log/refusal-log.ts'
import { requestContext } from '../../src/http/request-context.ts'
import { memoryLog } from '../support/memory-log.ts'

test('a request that failed, by an error with fields of a request, is logged with their names only', async () => {
  const { log, entries } = memoryLog()
  const app = express()
  app.use(requestContext(log, createRefusalLog(log), []))
  app.use((_req, res) => {
    res.err = Object.assign(new Error('refused'), { body: 'Is the blue one still there?' })
    res.status(500).end()
  })
  const server = createServer({ keepAliveTimeout: 0 }, app).listen(0, '127.0.0.1')
  await once(server, 'listening')

  await fetch(`http://127.0.0.1:${(server.address() as AddressInfo).port}/`)
  await expect.poll(entries).toHaveLength(1)
  server.close()

  expect(entries()[0]).toMatchObject({ err: { message: 'refused', body: '[redacted]' } })
})
