import { z } from 'zod'
import type { ImportedNumber, VoiceAgents } from '../ports/voice-agents.ts'
import { findAgentFlaw } from './agent-flaw.ts'
import { CANARY, type ElevenLabsClient } from './client.ts'
import { conversations } from './conversations/conversations.ts'
import { cursorPages } from './cursor-pages.ts'
import { readRows } from './read-rows.ts'
import { registerCall } from './register-call.ts'

const PhoneNumber = z
  .object({
    phone_number_id: z.string(),
    phone_number: z.string(),
    label: z.string().nullish(),
    assigned_agent: z.object({ agent_id: z.string() }).nullish(),
  })
  .transform(
    (n): ImportedNumber => ({
      id: n.phone_number_id,
      phoneNumber: n.phone_number,
      label: n.label ?? '',
      agentId: n.assigned_agent?.agent_id ?? null,
    }),
  )

/** As far as anything of a row can be read that is not as documented. */
const text = z.string().optional().catch(undefined)
const Known = z
  .object({ phone_number_id: text, phone_number: text })
  .catch({ phone_number_id: undefined, phone_number: undefined })
  .transform((row) => ({ id: row.phone_number_id, phoneNumber: row.phone_number }))

/** Voice agents on ElevenLabs; requests as in its OpenAPI, resource convai/phone-numbers. */
export function createElevenLabsVoiceAgents(
  request: ElevenLabsClient,
  options: { baseUrl: string; twilioAccountSid: string; twilioAuthToken: string },
): VoiceAgents {
  const pagesOf = (query: Record<string, string>, expected?: number) =>
    cursorPages(request, {
      operation: 'phoneNumbers.list',
      path: 'convai/v2/phone-numbers',
      query: { ...query, page_size: '100' },
      rows: { phone_numbers: z.array(z.unknown()) },
      ...(expected !== undefined && { expected }),
    })

  return {
    answers: () =>
      request(CANARY).then(
        () => true,
        () => false,
      ),

    async findNumber(phoneNumber) {
      for await (const page of pagesOf({ phone_number: phoneNumber })) {
        // What is listed of others, as of other numbers in a shared workspace, need not be readable.
        const rows = page.phone_numbers.filter((row) => {
          const number = Known.parse(row).phoneNumber
          return number === undefined || number === phoneNumber
        })
        const [found] = readRows('phoneNumbers.list', { row: PhoneNumber, known: Known }, rows)
        if (found) return found
      }
      return undefined
    },

    async *listNumbers({ expected, onUnreadable }) {
      for await (const { phone_numbers: rows } of pagesOf({}, expected)) {
        yield readRows('phoneNumbers.list', { row: PhoneNumber, known: Known }, rows, onUnreadable)
      }
    },

    getNumber: (id) =>
      request({
        operation: 'phoneNumbers.get',
        method: 'GET',
        path: `convai/phone-numbers/${encodeURIComponent(id)}`,
        reply: PhoneNumber,
      }),

    async importNumber({ phoneNumber, label, agentId }) {
      const created = await request({
        operation: 'phoneNumbers.create',
        method: 'POST',
        path: 'convai/phone-numbers',
        body: {
          provider: 'twilio',
          phone_number: phoneNumber,
          label,
          sid: options.twilioAccountSid,
          token: options.twilioAuthToken,
          agent_id: agentId,
          // On by default, and then the import takes the number's texts away from us.
          enable_sms: false,
        },
        reply: z.object({ phone_number_id: z.string() }),
      })
      return { id: created.phone_number_id }
    },

    async assignAgent(id, agentId) {
      await request({
        operation: 'phoneNumbers.update',
        method: 'PATCH',
        path: `convai/phone-numbers/${encodeURIComponent(id)}`,
        body: { agent_id: agentId },
        reply: z.unknown(),
      })
    },

    async removeNumber(id) {
      await request({
        operation: 'phoneNumbers.delete',
        method: 'DELETE',
        path: `convai/phone-numbers/${encodeURIComponent(id)}`,
        reply: z.unknown(),
      })
    },

    findAgentFlaw: (agentId) => findAgentFlaw(request, agentId),
    ...conversations(request),
    registerCall: registerCall(request),
    ...inboundVoice(options.baseUrl),
  }
}

/**
 * The URLs an import gives a number, until what it left is read: seen as
 * https://api.us.elevenlabs.io/twilio/inbound_call and …/twilio/status-callback where the API is
 * api.elevenlabs.io. A workspace with data residency has an API host of its own, and is taken to have
 * them there; any host of elevenlabs.io is recognised. Against another base URL they are below that,
 * by whatever name of this machine.
 */
function inboundVoice(baseUrl: string): Pick<VoiceAgents, 'voiceUrl' | 'statusUrl' | 'isVoiceUrl'> {
  const { hostname } = new URL(baseUrl)
  const isVendor = hostname.endsWith('.elevenlabs.io')
  const base = hostname === 'api.elevenlabs.io' ? 'https://api.us.elevenlabs.io' : baseUrl
  const twilio = `${base}/twilio`
  const voiceUrl = `${twilio}/inbound_call`
  return {
    voiceUrl,
    statusUrl: `${twilio}/status-callback`,
    isVoiceUrl: (url) =>
      url.replace('//localhost:', '//127.0.0.1:') === voiceUrl ||
      (isVendor && /^https:\/\/[\w.-]+\.elevenlabs\.io\/twilio\/inbound_call$/.test(url)),
  }
}
