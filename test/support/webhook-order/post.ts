import { createHmac, randomUUID } from 'node:crypto'
import { Agent, request } from 'node:http'
import { getExpectedTwilioSignature } from 'twilio/lib/webhooks/webhooks.js'
import { ADMIN } from '../requests.ts'
import { INIT_SECRET, type World } from '../world.ts'

export interface Reply {
  status: number
  text: string
}

export type Post = ReturnType<typeof createPost>

/** Requests on connections that stay open: a thousand schedules make a great many. */
export function createPost({ config }: Pick<World, 'config'>) {
  const agent = new Agent({ keepAlive: true })
  const target = new URL(config.publicUrl)
  const secret = config.elevenLabs.webhookSecret ?? ''

  async function send(method: string, path: string, headers: Record<string, string>, body: string) {
    const { promise, resolve, reject } = Promise.withResolvers<Reply>()
    const options = { agent, host: target.hostname, port: target.port, method, path, headers }
    const sending = request(options, (response) => {
      let text = ''
      response.setEncoding('utf8')
      response.on('data', (part: string) => {
        text += part
      })
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }))
    })
    sending.on('error', reject)
    sending.end(body)
    return promise
  }

  /** @throws Error unless the webhook was taken */
  async function delivered(path: string, headers: Record<string, string>, body: string) {
    const reply = await send('POST', path, headers, body)
    if (reply.status !== 200) throw new Error(`${path} was answered ${reply.status}: ${reply.text}`)
    return reply
  }

  const json = { 'content-type': 'application/json' }
  const admin = { ...json, authorization: `Bearer ${ADMIN}` }
  return {
    close: () => agent.destroy(),
    /** Each is wanted, also where the same was just asked for. */
    api: (method: string, path: string, body?: object) =>
      send(
        method,
        path,
        { ...admin, 'idempotency-key': randomUUID() },
        body ? JSON.stringify(body) : '',
      ),
    /** A webhook of Twilio, signed. */
    twilio: (path: string, form: Record<string, string>) =>
      delivered(
        path,
        {
          'content-type': 'application/x-www-form-urlencoded',
          'x-twilio-signature': getExpectedTwilioSignature(
            config.twilio.authToken,
            config.publicUrl + path,
            form,
          ),
        },
        new URLSearchParams(form).toString(),
      ),
    /** ElevenLabs asks what the agent may know. */
    initiation: (event: object) =>
      delivered(
        '/api/webhooks/elevenlabs/conversation-initiation',
        { ...json, 'x-orgline-secret': INIT_SECRET },
        JSON.stringify(event),
      ),
    /** ElevenLabs tells of the end of a call, signed. */
    postCall(event: object) {
      const body = JSON.stringify(event)
      const time = Math.floor(Date.now() / 1_000)
      const hash = createHmac('sha256', secret).update(`${time}.${body}`).digest('hex')
      const headers = { ...json, 'elevenlabs-signature': `t=${time},v0=${hash}` }
      return delivered('/api/webhooks/elevenlabs/post-call', headers, body)
    },
  }
}
