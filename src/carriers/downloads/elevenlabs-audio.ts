import type { Downloads } from '../ports/downloads.ts'
import { download } from './download.ts'

/** The audio of conversations: MP3, of which nobody is told how long it is. Source: its SDK, conversations.audio. */
export function createElevenLabsAudio(options: {
  baseUrl: string
  apiKey: string
  timeoutMs: number
}): Pick<Downloads, 'openConversation'> {
  const { baseUrl, apiKey, timeoutMs } = options
  return {
    openConversation: (id, request) =>
      download(
        {
          carrier: 'elevenlabs',
          operation: 'conversations.audio.get',
          url: new URL(`${baseUrl}/v1/convai/conversations/${encodeURIComponent(id)}/audio`),
          credentials: { 'xi-api-key': apiKey },
          leadsTo: () => false,
          timeoutMs,
        },
        request,
      ),
  }
}
