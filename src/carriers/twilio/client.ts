import twilio from 'twilio'

export type TwilioClient = ReturnType<typeof twilio>

/**
 * The official SDK. Nothing is retried by it: repeating is decided where the consequences are known.
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
  class RedirectingClient extends twilio.RequestClient {
    override request: twilio.RequestClient['request'] = (request) =>
      super.request({
        ...request,
        uri: request.uri.replace(/^https:\/\/(\w+)[\w.-]*\.twilio\.com/, `${baseUrl}/$1`),
      })
  }
  return twilio(options.accountSid, options.authToken, {
    lazyLoading: true,
    // The SDK ignores connection options of its own constructor when it is given a client.
    httpClient: baseUrl ? new RedirectingClient(connection) : new twilio.RequestClient(connection),
  })
}
