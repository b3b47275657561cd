import pRetry from 'p-retry'
import { z } from 'zod'
import { LONG_TO_PARSE, parseJson } from '../../platform/parse-json.ts'
import { CarrierError } from '../ports/carrier-error.ts'
import { whyUnreadable } from '../ports/unreadable.ts'
import { fromStatus } from './errors.ts'

export interface ElevenLabsRequest<T> {
  /** Named as in ElevenLabs' own SDK. */
  operation: string
  method: 'GET' | 'POST' | 'PATCH' | 'DELETE'
  path: string
  body?: unknown
  /** The answer is no JSON: `reply` is given its text. */
  isText?: true
  /** Ends the request before its time-out. */
  signal?: AbortSignal
  reply: z.ZodType<T>
  /** Reads an answer that is long to parse, where that keeps no caller waiting, in place of `reply`. */
  readLong?: (bytes: Uint8Array<ArrayBuffer>) => Promise<T>
}

/** As much as a report of a call may have that comes by webhook. */
const MOST_BYTES = 25_000_000

/** A harmless question, which every key that serves us may ask. */
export const CANARY = {
  operation: 'phoneNumbers.list',
  method: 'GET' as const,
  path: 'convai/v2/phone-numbers?page_size=1',
  reply: z.object({ phone_numbers: z.array(z.unknown()) }),
}

export type ElevenLabsClient = <T>(request: ElevenLabsRequest<T>) => Promise<T>

/**
 * A thin client over fetch (why not the SDK: docs/adr/0001). Every request has one deadline,
 * `timeoutMs`, for all its attempts; only reads are attempted again, after `readAgainMs`. Before a refused key counts as
 * one that is refused for everything, something harmless is asked, once.
 * @throws CarrierError
 */
export function createElevenLabsClient(options: {
  baseUrl: string
  apiKey: string
  timeoutMs: number
  readAgainMs: number
}): ElevenLabsClient {
  return (request) => {
    const timeOut = AbortSignal.timeout(options.timeoutMs)
    const signal = request.signal ? AbortSignal.any([timeOut, request.signal]) : timeOut
    const attempt = () =>
      send(options, request, signal).catch(async (thrown: unknown) => {
        throw (await isOfAll(thrown, options, signal)) ? thrown : deniedAlone(thrown)
      })
    if (request.method !== 'GET') return attempt()
    return pRetry(attempt, {
      retries: 2,
      minTimeout: options.readAgainMs,
      signal,
      shouldRetry: ({ error }) =>
        error instanceof CarrierError &&
        (error.kind === 'unreachable' || error.kind === 'rate_limited') &&
        !signal.aborted,
    }).catch((thrown: unknown) => {
      throw thrown instanceof CarrierError ? thrown : noAnswer(request.operation, thrown)
    })
  }
}

/** The failure, now that the key is known to be taken elsewhere. */
function deniedAlone(thrown: unknown): unknown {
  if (!(thrown instanceof CarrierError)) return thrown
  const { carrier, operation, code, failure, said } = thrown
  return new CarrierError(carrier, operation, 'denied', said, { code, failure })
}

/** @returns false: the key is refused for this alone */
async function isOfAll(
  thrown: unknown,
  options: { baseUrl: string; apiKey: string },
  signal: AbortSignal,
): Promise<boolean> {
  if (!(thrown instanceof CarrierError && thrown.kind === 'account')) return true
  return send(options, CANARY, signal).then(
    () => false,
    () => true,
  )
}

async function send<T>(
  options: { baseUrl: string; apiKey: string },
  request: ElevenLabsRequest<T>,
  signal: AbortSignal,
): Promise<T> {
  const { operation, method, path, body } = request
  let response: Response
  let bytes: Buffer<ArrayBuffer>
  try {
    response = await fetch(`${options.baseUrl}/v1/${path}`, {
      method,
      headers: {
        'xi-api-key': options.apiKey,
        ...(body !== undefined && { 'content-type': 'application/json' }),
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal,
    })
    bytes = await boundedBytes(operation, response)
  } catch (thrown) {
    throw thrown instanceof CarrierError ? thrown : noAnswer(operation, thrown)
  }
  if (response.ok && request.readLong && bytes.length > LONG_TO_PARSE)
    return request.readLong(bytes)
  const text = bytes.toString()
  if (!response.ok) throw fromStatus(operation, response.status, text)
  return readReply(operation, request.reply, request.isText ? text : contentOf(text))
}

/** @throws CarrierError when it is longer than anything that is asked for */
async function boundedBytes(operation: string, response: Response): Promise<Buffer<ArrayBuffer>> {
  const chunks: Uint8Array[] = []
  let bytes = 0
  for await (const chunk of response.body ?? []) {
    bytes += chunk.byteLength
    // Leaving the loop cancels the rest.
    if (bytes > MOST_BYTES) {
      const reason = `an answer of more than ${MOST_BYTES} bytes`
      throw new CarrierError('elevenlabs', operation, 'bad_reply', reason)
    }
    chunks.push(chunk)
  }
  return Buffer.concat(chunks)
}

function noAnswer(operation: string, thrown: unknown): CarrierError {
  const { name, cause } = thrown as { name?: string; cause?: { code?: string } }
  const reason = name === 'TimeoutError' ? 'time-out' : (cause?.code ?? 'connection failed')
  return new CarrierError('elevenlabs', operation, 'unreachable', `no answer (${reason})`)
}

/** What is wrong is told by path, never by value: replies hold webhook secrets and headers. */
function readReply<T>(operation: string, schema: z.ZodType<T>, reply: unknown): T {
  const parsed = schema.safeParse(reply)
  if (parsed.success) return parsed.data
  throw new CarrierError('elevenlabs', operation, 'bad_reply', whyUnreadable(parsed.error))
}

/** An empty text is null, which is how some operations answer. */
function contentOf(text: string): unknown {
  return text === '' ? null : parseJson(text)
}
