import { type Logger, pino } from 'pino'
import { createLogOutput, lineStream } from './log/output.ts'

export type { Logger }

/**
 * JSON logs on stdout. Whatever is logged, phone numbers come out masked and none of `secrets`
 * appears: both are replaced in the finished line, so no call can forget it.
 */
export function createLogger(options: {
  level: string
  secrets?: string[]
  destination?: { write(line: string, level: number): void }
}): Logger {
  const destination = options.destination ?? createLogOutput(1)
  const scrub = createScrubber(options.secrets ?? [])
  const log = pino(
    {
      level: options.level,
      serializers: { err: (error: Error) => withoutSecrets(pino.stdSerializers.err(error)) },
      formatters: { log: withoutSecretsInside },
    },
    lineStream((line, level) => void destination.write(scrub(line), level)),
  )
  // What a child says of itself passes no formatter; its own children come by this way too.
  const { child } = log
  log.child = function childWithoutSecrets(
    this: Logger,
    bindings: pino.Bindings,
    options?: object,
  ) {
    return child.call(this, withoutSecretsInside(bindings), options)
  } as typeof child
  return log
}

/** Fields of what is logged that are never told, whatever they hold; pino's own redaction costs ten times as much. */
const SECRET_FIELDS = ['authorization', 'cookie', 'authToken', 'token', 'apiKey', 'body']

/** Each thing that is logged, without its secret fields. */
function withoutSecretsInside(line: Record<string, unknown>): Record<string, unknown> {
  let shown = line
  for (const name of Object.keys(line)) {
    const value = line[name]
    // An error is read by its serializer.
    if (typeof value !== 'object' || value === null || value instanceof Error) continue
    const safe = withoutSecrets(value)
    if (safe !== value) shown = { ...shown, [name]: safe }
  }
  return shown
}

/** The same object, or a copy where it has such fields; those of its `headers` too. */
export function withoutSecrets(value: object): object {
  let shown = value
  for (const field of SECRET_FIELDS) {
    if (Object.hasOwn(value, field)) shown = { ...shown, [field]: '[redacted]' }
  }
  if (!Object.hasOwn(value, 'headers')) return shown
  const { headers } = value as { headers: unknown }
  return typeof headers === 'object' && headers !== null
    ? { ...shown, headers: withoutSecrets(headers) }
    : shown
}

/** An organization's key; in a URL, say, where somebody sent it by mistake, and digits are masked. */
const API_KEY = /ol_[\w•-]{30,}/g

/** Replaces secrets and API keys by `[redacted]` and all but the ends of phone numbers by `•••`. */
export function createScrubber(secrets: string[]): (text: string) => string {
  const withoutSecrets = createSecretScrubber(secrets)
  return (text) => maskNumbers(withoutSecrets(text))
}

/** Replaces secrets and API keys by `[redacted]`. */
export function createSecretScrubber(secrets: string[]): (text: string) => string {
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
    return withoutSecrets.replace(API_KEY, 'ol_[redacted]')
  }
}

/** `+16045550123` → `+1604•••0123`, also where the plus is percent-encoded. */
export function maskNumbers(text: string): string {
  return text.replace(/(\+|%2B)(\d{4})\d{1,8}(\d{4})(?!\d)/gi, '$1$2•••$3')
}
