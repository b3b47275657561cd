import { CarrierError, kindOfStatus } from '../ports/carrier-error.ts'
import { failureOf } from './failure-kinds.ts'

/** Codes that concern the account, not the request. Source: Twilio error dictionary. */
const accountCodes = new Set([20003, 20005, 10001, 21404])

/** The account's token is refused for one thing, and taken elsewhere. */
export class DeniedAlone extends Error {
  readonly statusCode: number

  constructor({ statusCode }: { statusCode: number }) {
    super('denied')
    this.statusCode = statusCode
  }
}

/**
 * Turns whatever the SDK threw into a CarrierError. The original is not kept as cause: an
 * AxiosError carries the Basic credentials of the request.
 */
export function toTwilioError(operation: string, thrown: unknown): CarrierError {
  if (thrown instanceof CarrierError) return thrown
  if (thrown instanceof DeniedAlone) {
    const reason = `refused, though others are answered [HTTP ${thrown.statusCode}]`
    return new CarrierError('twilio', operation, 'denied', reason)
  }
  const { status, code, message } = thrown as {
    status?: number
    code?: number | string
    message?: string
  }
  const vendorCode = typeof code === 'number' ? code : undefined
  // As axios calls a request that its signal has ended, also in the middle of an answer.
  if (code === 'ERR_CANCELED') {
    return new CarrierError('twilio', operation, 'unreachable', 'no answer (time-out)')
  }
  // As axios calls an answer that is longer than the client takes.
  if (status === undefined && code === 'ERR_BAD_RESPONSE') {
    return new CarrierError('twilio', operation, 'bad_reply', 'an answer that is too long to read')
  }
  if (status === undefined && typeof code === 'string') {
    return new CarrierError('twilio', operation, 'unreachable', `no answer (${code})`)
  }
  // Without either, the SDK stumbled over the answer: connections that fail have a code.
  if (status === undefined) {
    return new CarrierError('twilio', operation, 'bad_reply', 'an answer we cannot read')
  }
  const reason = `${message ?? 'refused'} [HTTP ${status}]`
  const isOfAccount = vendorCode !== undefined && accountCodes.has(vendorCode)
  const kind = isOfAccount ? 'account' : kindOfStatus(status)
  return new CarrierError('twilio', operation, kind, reason, {
    code: vendorCode?.toString(),
    failure: failureOf(vendorCode?.toString()),
  })
}
