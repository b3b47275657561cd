import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import {
  type Carrier,
  CarrierError,
  type CarrierErrorKind,
  kindOfStatus,
} from '../ports/carrier-error.ts'
import type { Download, DownloadRequest } from '../ports/downloads.ts'

const REDIRECTS = new Set([301, 302, 303, 307, 308])
const MOST_REDIRECTS = 3

interface Source {
  carrier: Carrier
  operation: string
  url: URL
  /** Our credentials; only the first address is sent them. */
  credentials: Record<string, string>
  /** Whether the carrier may send us there. */
  leadsTo: (url: URL) => boolean
  /** How long each address has for the head of its answer. */
  timeoutMs: number
}

/**
 * Asks a carrier for bytes. Redirects are followed to addresses that `leadsTo` knows, and never with
 * credentials. The bytes come as they are read.
 * @throws CarrierError
 */
export async function download(source: Source, request: DownloadRequest): Promise<Download> {
  let url = source.url
  for (let hops = 0; hops <= MOST_REDIRECTS; hops += 1) {
    const response = await ask(source, url, hops === 0, request)
    if (!REDIRECTS.has(response.status)) return asDownload(source, response)
    await response.body?.cancel()
    url = nextOf(source, url, response.headers.get('location'))
  }
  throw failed(source, 'bad_reply', 'more redirects than it may need')
}

async function ask(
  source: Source,
  url: URL,
  isFirst: boolean,
  { range, signal }: DownloadRequest,
): Promise<Response> {
  const late = new AbortController()
  const timer = setTimeout(() => late.abort(), source.timeoutMs)
  try {
    return await fetch(url, {
      headers: {
        // Bytes that are packed on the way would be others than their length says.
        'accept-encoding': 'identity',
        ...(range !== null && { range }),
        ...(isFirst && source.credentials),
      },
      redirect: 'manual',
      signal: AbortSignal.any([signal, late.signal]),
    })
  } catch (thrown) {
    const { code = 'connection failed' } = ((thrown as Error).cause ?? {}) as { code?: string }
    const reason = late.signal.aborted ? 'time-out' : code
    throw failed(source, 'unreachable', `no answer (${reason})`)
  } finally {
    clearTimeout(timer)
  }
}

/** An address may prove by itself that it may be read, so nobody is told more of it than its host. */
function nextOf(source: Source, from: URL, location: string | null): URL {
  const next = location === null ? null : URL.parse(location, from.href)
  if (next === null) throw failed(source, 'bad_reply', 'a redirect to nowhere')
  if (source.leadsTo(next)) return next
  throw failed(source, 'bad_reply', `a redirect to ${next.host}, where its files are not`)
}

async function asDownload(source: Source, response: Response): Promise<Download> {
  const { status, headers } = response
  if (status !== 200 && status !== 206 && status !== 416) {
    await response.body?.cancel()
    // What is gone is not there.
    const kind = status === 410 ? 'not_found' : kindOfStatus(status)
    throw failed(source, kind, `refused [HTTP ${status}]`)
  }
  if ((headers.get('content-encoding') ?? 'identity') !== 'identity') {
    await response.body?.cancel()
    throw failed(source, 'bad_reply', 'packed bytes, which were not asked for')
  }
  const length = headers.get('content-length') ?? ''
  const [type = ''] = (headers.get('content-type') ?? '').split(';')
  const bytes = response.body
    ? Readable.fromWeb(response.body as ReadableStream<Uint8Array>)
    : Readable.from([])
  // Whoever reads them is told; until then a request that ends is nobody's failure.
  bytes.on('error', () => {})
  return {
    status,
    type: type.trim().toLowerCase(),
    length: /^\d{1,15}$/.test(length) ? Number(length) : null,
    contentRange: headers.get('content-range'),
    bytes,
  }
}

function failed(
  { carrier, operation }: Pick<Source, 'carrier' | 'operation'>,
  kind: CarrierErrorKind,
  reason: string,
): CarrierError {
  return new CarrierError(carrier, operation, kind, reason)
}
