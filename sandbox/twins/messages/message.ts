import { newId } from '../core/ids.ts'
import { ratesOfNumber } from '../pricing/rates.ts'
import { rfc2822 } from '../twilio/format.ts'
import { accountSid, type MessageRow } from '../twilio/model.ts'
import { segmentsOf } from './segments.ts'

/** A message that begins now; one that is on its way out has no time of sending yet. */
export function newMessage(
  options: Pick<MessageRow, 'from' | 'to' | 'body' | 'direction' | 'status'> & {
    media: number
    serviceSid: string | undefined
    /** When it begins; now when absent. */
    at?: Date | undefined
  },
): MessageRow {
  const { media, serviceSid, at = new Date(), ...fields } = options
  const sid = newId(media > 0 ? 'MM' : 'SM')
  const now = rfc2822(at)
  return {
    sid,
    account_sid: accountSid,
    messaging_service_sid: serviceSid ?? null,
    ...fields,
    num_media: String(media),
    num_segments: String(media > 0 ? 1 : segmentsOf(fields.body)),
    price: null,
    price_unit: 'USD',
    error_code: null,
    error_message: null,
    api_version: '2010-04-01',
    date_created: now,
    date_sent: fields.direction === 'outbound-api' ? null : now,
    date_updated: now,
    uri: `/2010-04-01/Accounts/${accountSid}/Messages/${sid}.json`,
  }
}

/** A message, or what its sending is answered with, as the API gives it. */
export function messageItem<Row extends Omit<MessageRow, 'from'>>(row: Row): unknown {
  const media = row.uri.replace(/\.json$/, '/Media.json')
  return { ...row, subresource_uris: { media } }
}

/** What a message costs, in micro-dollars: by segment and the country of `to`; with media, each. */
export function messagePrice({ direction, to, num_media, num_segments }: MessageRow): number {
  const { smsIn, smsOut, mmsIn, mmsOut } = ratesOfNumber(to)
  const inbound = direction === 'inbound'
  if (num_media !== '0') return inbound ? mmsIn : mmsOut
  return Number(num_segments) * (inbound ? smsIn : smsOut)
}
