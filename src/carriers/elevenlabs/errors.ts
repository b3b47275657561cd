import { z } from 'zod'
import { parseJson } from '../../platform/parse-json.ts'
import { CarrierError, kindOfStatus } from '../ports/carrier-error.ts'

/** ElevenLabs' errors: `{detail: {status, message}}`, `{detail: [{loc, msg}]}`, or a plain text. */
const Detail = z.object({
  detail: z.union([
    z.object({ status: z.string().optional(), message: z.string() }),
    z.array(
      z.object({ loc: z.array(z.union([z.string(), z.number()])).optional(), msg: z.string() }),
    ),
    z.string(),
  ]),
})

/** A restricted key that lacks the right for one operation is a 401, too; with all others it is taken. */
const OF_THE_KEY = new Set(['missing_permissions'])

export function fromStatus(operation: string, status: number, body: string): CarrierError {
  const { reason, code } = read(body)
  const kind = code !== undefined && OF_THE_KEY.has(code) ? 'rejected' : kindOfStatus(status)
  return new CarrierError('elevenlabs', operation, kind, `${reason} [HTTP ${status}]`, { code })
}

function read(body: string): { reason: string; code?: string } {
  const parsed = Detail.safeParse(parseJson(body))
  if (!parsed.success) return { reason: 'refused' }
  const { detail } = parsed.data
  if (typeof detail === 'string') return { reason: detail }
  if (Array.isArray(detail)) {
    return {
      reason: detail.map(({ loc, msg }) => `${loc?.join('.') ?? 'body'}: ${msg}`).join('; '),
    }
  }
  return { reason: detail.message, ...(detail.status && { code: detail.status }) }
}
