import type { Carrier, Fault } from './model.ts'

/** What is asked to learn whether credentials are taken at all: for one number, whichever. */
const CANARIES = {
  twilio: { operation: 'incomingPhoneNumbers.list', size: 'PageSize' },
  elevenlabs: { operation: 'phoneNumbers.list', size: 'page_size' },
}

/**
 * A 401 that is about nothing in particular is one of the account: as often as one was answered, whether the
 * credentials are taken at all is answered by another.
 */
export function createRefusing(carrier: Carrier) {
  const canary = CANARIES[carrier]
  let left = 0
  const fault: Fault = {
    carrier,
    operation: canary.operation,
    kind: 'error',
    times: 1,
    status: 401,
  }
  return {
    fault,
    note(met: Fault | undefined): void {
      if (met?.kind === 'error' && met.status === 401 && met.about === undefined) left += 1
    },
    meets(operation: string, query: Record<string, string>): boolean {
      const isCanary =
        operation === canary.operation &&
        query[canary.size] === '1' &&
        Object.keys(query).length === 1
      if (!isCanary || left === 0) return false
      left -= 1
      return true
    },
  }
}
