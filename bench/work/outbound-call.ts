import type { Work } from '../load/outcome.ts'
import { type Parties, partiesOf } from './work.ts'

export const OUTBOUND_CALL = '/api/elevenlabs/outbound-call'

/** A call that an organization's own system asks for, of a customer it has known before. */
export function outboundCall(parties: Parties): Work {
  return {
    name: 'outbound call',
    table: 'calls',
    ask(number) {
      const { line, customer } = partiesOf(parties, number)
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
