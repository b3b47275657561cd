import twilio from 'twilio'
import type RequestClient from 'twilio/lib/base/RequestClient.js'
import { accountSid, authToken } from '../support.ts'
import type { Exchange } from './routes.ts'

/** Twilio's own client, sent to the twin, and all that it was answered so far. */
export function twilioSdk({ origin }: { origin: string }) {
  const exchanges: Exchange[] = []
  class Recorder extends twilio.RequestClient {
    override async request<T>(options: RequestClient.RequestOptions<T>) {
      const { hostname, pathname } = new URL(options.uri)
      const uri = `${origin}/twilio/${hostname.split('.')[0]}${options.uri.split('.com')[1]}`
      const response = await super.request<T>({ ...options, uri })
      const { statusCode: status, body } = response
      exchanges.push({ method: options.method, path: decodeURIComponent(pathname), status, body })
      return response
    }
  }
  const client = twilio(accountSid, authToken, { httpClient: new Recorder({ timeout: 10_000 }) })
  return { client, exchanges }
}
