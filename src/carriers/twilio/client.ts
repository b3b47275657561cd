import twilio from 'twilio'
import { CarrierError } from '../ports/carrier-error.ts'
import { askCanary } from './ask-twilio.ts'

/** Far above a page of a thousand rows; an answer beyond it is cut off, and counts as none. */
const MOST_BYTES = 16_000_000

export type TwilioClient = ReturnType<typeof twilio>

/**
 * The official SDK. Nothing is retried by it: repeating is decided where the consequences are known.
 * Each request has one deadline, `timeoutMs`, however its answer trickles in.
 * With `baseUrl`, https://<product>.twilio.com/… goes to <baseUrl>/<product>/… instead.
 */
export function createTwilioClient(options: {
  accountSid: string
  authToken: string
  baseUrl: string | undefined
  timeoutMs: number
}): TwilioClient {
  const { baseUrl } = options
  const connection = { timeout: options.timeoutMs, keepAlive: true, autoRetry: false }
  class BoundedClient extends twilio.RequestClient {
    constructor(...options: ConstructorParameters<typeof twilio.RequestClient>) {
      super(...options)
      this.axios.defaults.maxContentLength = MOST_BYTES
      // The time-out of axios bounds only how long the connection is idle.
      this.axios.interceptors.request.use((request) => ({
        ...request,
        signal: AbortSignal.timeout(connection.timeout),
      }))
    }
  }
  class RedirectingClient extends BoundedClient {
    override request: twilio.RequestClient['request'] = (request) =>
      super.request({
        ...request,
        uri: request.uri.replace(/^https:\/\/(\w+)[\w.-]*\.twilio\.com/, `${baseUrl}/$1`),
      })
  }
  return twilio(options.accountSid, options.authToken, {
    lazyLoading: true,
    // The SDK ignores connection options of its own constructor when it is given a client.
    httpClient: baseUrl ? new RedirectingClient(connection) : new BoundedClient(connection),
  })
}

/**
 * Whether the account takes a token: the primary or the secondary one. Webhooks are signed with the
 * primary one, and promoting the secondary one ends the other. Source: Twilio, "Auth Tokens and How
 * to Change Them". @throws CarrierError where Twilio does not tell
 */
export function createTakesToken(
  options: Omit<Parameters<typeof createTwilioClient>[0], 'authToken'>,
) {
  return async (authToken: string): Promise<boolean> => {
    const client = createTwilioClient({ ...options, authToken })
    try {
      await askCanary(client)
      return true
    } catch (error) {
      if (error instanceof CarrierError && error.kind === 'account') return false
      throw error
    }
  }
}
