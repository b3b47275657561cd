import type { Work } from '../load/outcome.ts'
import { type Parties, partiesOf, sidOf, signedForm } from './work.ts'

export const INITIATION = '/api/webhooks/elevenlabs/conversation-initiation'
export const INBOUND_TEXT = '/api/webhooks/twilio/sms'
export const INCOMING_CALL = '/api/webhooks/call/incoming'

/** The three webhooks for which somebody waits. `run`: hex digits that no other run of this database has. */
export function webhooks(
  parties: Parties,
  run: string,
): Record<'initiation' | 'text' | 'call', Work> {
  return {
    initiation: {
      name: 'conversation-initiation',
      table: 'calls',
      ask(number) {
        const { line, customer } = partiesOf(parties, number)
        const event = {
          caller_id: customer,
          called_number: line.number,
          call_sid: sidOf('CA', `${run}a`, number),
          agent_id: 'agent_bench',
        }
        return {
          sent: {
            path: INITIATION,
            headers: {
              'content-type': 'application/json',
              'x-orgline-secret': parties.initSecret,
            },
            body: JSON.stringify(event),
          },
          right: line.name,
        }
      },
    },
    text: {
      name: 'inbound text',
      table: 'messages',
      ask(number) {
        const { line, customer } = partiesOf(parties, number)
        const params = {
          MessageSid: sidOf('SM', `${run}b`, number),
          AccountSid: 'AC00000000000000000000000000000000',
          From: customer,
          To: line.number,
          Body: `Is the blue one still there? I can come at ${number % 12} o'clock.`,
          NumMedia: '0',
          NumSegments: '1',
        }
        const form = signedForm(`${parties.publicUrl}${INBOUND_TEXT}`, params, parties.authToken)
        return { sent: { path: INBOUND_TEXT, ...form }, right: '<Response' }
      },
    },
    call: {
      name: 'call/incoming',
      table: 'calls',
      ask(number) {
        const { line, customer } = partiesOf(parties, number)
        const params = {
          CallSid: sidOf('CA', `${run}c`, number),
          AccountSid: 'AC00000000000000000000000000000000',
          From: customer,
          To: line.number,
          CallStatus: 'ringing',
        }
        const form = signedForm(`${parties.publicUrl}${INCOMING_CALL}`, params, parties.authToken)
        return { sent: { path: INCOMING_CALL, ...form }, right: '<Connect>' }
      },
    },
  }
}
