import type { Work } from '../load/outcome.ts'
import { type Parties, partiesOf } from './work.ts'

export const OUTBOUND_CALL = '/api/elevenlabs/outbound-call'

/** How many customers of a line are called, one after the other. */
export const CALLED = 1_000

/**
 * A call that an organization's own system asks for, without an `Idempotency-Key`: that of the same customer
 * within ten seconds would be refused as a repeat, so each line has more customers to call.
 */
export function outboundCall(parties: Parties): Work {
  return {
    name: 'outbound call',
    table: 'calls',
    ask(number) {
      const { line, customer } = partiesOf({ ...parties, customers: CALLED }, number)
      const wanted = { organizationId: line.organizationId, phoneNumber: customer }
      return {
        sent: {
          path: OUTBOUND_CALL,
          headers: {
            'content-type': 'application/json',
            authorization: 'Bearer sandbox-admin-key',
          },
          body: JSON.stringify(wanted),
        },
        right: '"in-progress"',
      }
    },
  }
}
