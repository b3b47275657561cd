import { ElevenLabsClient } from '@elevenlabs/elevenlabs-js'
import { apiKey } from '../support.ts'
import type { Exchange } from './routes.ts'

/** ElevenLabs' own client, sent to the twin, and all that it was answered so far. */
export function elevenLabsSdk({ origin }: { origin: string }) {
  const exchanges: Exchange[] = []
  const client = new ElevenLabsClient({
    apiKey,
    baseUrl: `${origin}/elevenlabs`,
    maxRetries: 0,
    fetch: async (input, init) => {
      const request = new Request(input, init)
      const response = await fetch(request)
      const text = await response.clone().text()
      const path = new URL(request.url).pathname.replace(/^\/elevenlabs/, '')
      const isJson = response.headers.get('content-type')?.includes('json') ?? false
      const body = isJson ? JSON.parse(text) : text
      exchanges.push({ method: request.method.toLowerCase(), path, status: response.status, body })
      return response
    },
  })
  return { client, exchanges }
}
