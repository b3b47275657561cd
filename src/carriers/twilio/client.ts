import twilio from 'twilio'
import { CarrierError } from '../ports/carrier-error.ts'
import { askCanary, canaryOf, isTaken, mayBeAlone } from './ask-twilio.ts'
import { DeniedAlone } from './errors.ts'

/** Far above a page of a thousand rows; an answer beyond it is cut off, and counts as none. */
const MOST_BYTES = 16_000_000

type Asked<T> = Parameters<typeof twilio.RequestClient.prototype.request<T>>[0]
type Answered<T> = Awaited<ReturnType<typeof twilio.RequestClient.prototype.request<T>>>

export type TwilioClient = ReturnType<typeof twilio>

/**
 * The official SDK. Nothing is retried by it: repeating is decided where the consequences are known.
 * Each request has one deadline, `timeoutMs`, however its answer trickles in. Before a refused token counts as one that is
 * refused for everything, something harmless is asked, once.
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
  const placed = (uri: string) =>
    baseUrl ? uri.replace(/^https:\/\/(\w+)[\w.-]*\.twilio\.com/, `${baseUrl}/$1`) : uri
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

    override async request<T>(asked: Asked<T>): Promise<Answered<T>> {
      const ask = (request: Asked<T>) => super.request({ ...request, uri: placed(request.uri) })
      const response = await ask(asked)
      const { username, password } = asked
      const canary = { ...canaryOf(options.accountSid), username, password } as Asked<T>
      if (mayBeAlone(response) && (await isTaken(() => ask(canary))))
        throw new DeniedAlone(response)
      return response
    }
  }
  return twilio(options.accountSid, options.authToken, {
    lazyLoading: true,
    // The SDK ignores connection options of its own constructor when it is given a client.
    httpClient: new BoundedClient(connection),
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
