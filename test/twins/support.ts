import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createServer, type RequestListener } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { onTestFinished } from 'vitest'
import { startTwins, type Twins } from '../../sandbox/twins/twins.ts'
import { accountSid, authToken } from '../support/twilio-console.ts'

export { accountSid, authToken } from '../support/twilio-console.ts'
export const apiKey = 'sandbox-elevenlabs-key'

/** Twins on a free port that close with the test. */
export async function twinsForTest(options: { stateFile?: string } = {}): Promise<Twins> {
  const twins = await startTwins({ port: 0, ...options })
  onTestFinished(async () => await twins.close())
  return twins
}

/** A file path in a folder of its own that goes with the test. */
export function stateFileForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orgline-twins-'))
  onTestFinished(() => rmSync(folder, { recursive: true }))
  return join(folder, 'nested', 'state.json')
}

/** A server of the test's own on a free port; answers with its origin. */
export async function serverForTest(listener: RequestListener): Promise<string> {
  const server = createServer({ keepAliveTimeout: 0 }, listener)
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.closeAllConnections()
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

class TwinRequestClient extends twilio.RequestClient {
  readonly origin: string

  constructor(origin: string, timeout: number) {
    super({ timeout })
    this.origin = origin
  }

  override request<T>(options: RequestClient.RequestOptions<T>) {
    const twin = `${this.origin}/twilio/$1`
    const uri = options.uri.replace(/^https:\/\/(\w+)\.twilio\.com/, twin)
    return super.request<T>({ ...options, uri })
  }
}

/** The official SDK, sent to the twin. */
export function twilioClient(
  { origin }: Pick<Twins, 'origin'>,
  { token = authToken, timeout = 10_000 }: { token?: string; timeout?: number } = {},
): twilio.Twilio {
  return twilio(accountSid, token, { httpClient: new TwinRequestClient(origin, timeout) })
}

export interface JsonReply {
  status: number
  // biome-ignore lint/suspicious/noExplicitAny: replies are what the tests look into
  body: any
}

/** One JSON request to a path of the twins. */
export async function call(
  { origin }: Pick<Twins, 'origin'>,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<JsonReply> {
  const response = await fetch(origin + path, {
    method,
    headers: { 'content-type': 'application/json', ...headers },
    body: body === undefined ? null : JSON.stringify(body),
  })
  const text = await response.text()
  return { status: response.status, body: text === '' ? undefined : JSON.parse(text) }
}

/** One request to ElevenLabs with the right key; `path` begins after `/v1`. */
export async function eleven(
  twins: Twins,
  method: string,
  path: string,
  body?: unknown,
): Promise<JsonReply> {
  return await call(twins, method, `/elevenlabs/v1${path}`, body, { 'xi-api-key': apiKey })
}

/** The body of an import. */
export function importOf(phoneNumber: string, extra: object = {}): object {
  return {
    provider: 'twilio',
    phone_number: phoneNumber,
    label: 'Test',
    sid: accountSid,
    token: authToken,
    ...extra,
  }
}
