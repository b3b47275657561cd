import type { Downloads } from '../ports/downloads.ts'
import { download } from './download.ts'

/**
 * Where Twilio keeps media: behind credentials, and what was sent before an account asked for those. Source:
 * Twilio support, "Protect Media Access with HTTP Basic Authentication for Programmable Messaging".
 */
const MEDIA_HOSTS = new Set(['mms.twiliocdn.com', 's3-external-1.amazonaws.com'])

/**
 * Files of Twilio's, which its SDK does not fetch. With `baseUrl` everything is there, as for the SDK
 * (client.ts), and media below `mms`. A recording without an ending is WAV, with `.mp3` a tenth of that (Twilio, "Fetch a
 * Recording's media"); a medium leads to where its bytes are.
 */
export function createTwilioFiles(options: {
  accountSid: string
  authToken: string
  baseUrl: string | undefined
  timeoutMs: number
}): Pick<Downloads, 'openTape' | 'openMedium'> {
  const { accountSid, authToken, baseUrl, timeoutMs } = options
  const api = baseUrl ? `${baseUrl}/api` : 'https://api.twilio.com'
  const source = (operation: string, path: string) => ({
    carrier: 'twilio' as const,
    operation,
    url: new URL(`${api}/2010-04-01/Accounts/${accountSid}/${path}`),
    credentials: {
      authorization: `Basic ${Buffer.from(`${accountSid}:${authToken}`).toString('base64')}`,
    },
    leadsTo: (url: URL) =>
      baseUrl
        ? url.href.startsWith(`${baseUrl}/mms/`)
        : url.protocol === 'https:' && url.port === '' && MEDIA_HOSTS.has(url.hostname),
    timeoutMs,
  })
  const part = encodeURIComponent

  return {
    openTape: (sid, request) =>
      download(source('recordings.file', `Recordings/${part(sid)}.mp3`), request),
    openMedium: (messageSid, sid, request) =>
      download(
        source('messages.media.file', `Messages/${part(messageSid)}/Media/${part(sid)}`),
        request,
      ),
  }
}
