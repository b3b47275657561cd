import { type Logger, pino } from 'pino'

export type { Logger }

/**
 * JSON logs on stdout. Whatever is logged, phone numbers come out masked and none of `secrets`
 * appears: both are replaced in the finished line, so no call can forget it.
 */
export function createLogger(options: {
  level: string
  secrets?: string[]
  destination?: { write(line: string): void }
}): Logger {
  const destination = options.destination ?? pino.destination(1)
  const scrub = createScrubber(options.secrets ?? [])
  return pino(
    {
      level: options.level,
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          '*.authToken',
          '*.token',
          '*.apiKey',
          '*.body',
        ],
        censor: '[redacted]',
      },
    },
    { write: (line: string) => void destination.write(scrub(line)) },
  )
}

/** An organization's key; in a URL, say, where somebody sent it by mistake, and digits are masked. */
const API_KEY = /ol_[\w•-]{30,}/g

/** Replaces secrets and API keys by `[redacted]` and all but the ends of phone numbers by `•••`. */
export function createScrubber(secrets: string[]): (text: string) => string {
  const encoded = secrets.flatMap((secret) => [
    secret,
    encodeURIComponent(secret),
    JSON.stringify(secret).slice(1, -1),
  ])
  const known = [...new Set(encoded)].filter((secret) => secret.length >= 8)
  return (text) => {
    const withoutSecrets = known.reduce(
      (line, secret) => line.replaceAll(secret, '[redacted]'),
      text,
    )
    return maskNumbers(withoutSecrets.replace(API_KEY, 'ol_[redacted]'))
  }
}

/** `+16045550123` → `+1604•••0123`, also where the plus is percent-encoded. */
export function maskNumbers(text: string): string {
  return text.replace(/(\+|%2B)(\d{4})\d{1,8}(\d{4})(?!\d)/gi, '$1$2•••$3')
}
