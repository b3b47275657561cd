import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import type { SentMessage } from '../../src/carriers/ports/messaging.ts'
import type { Telephony } from '../../src/carriers/ports/telephony.ts'
import type { TextConversations } from '../../src/carriers/ports/text-conversations.ts'
import type { Database } from '../../src/database/db.ts'
import { createMessageStore } from '../../src/messages/message-store.ts'
import { createAnswerTurn } from '../../src/messages/replies/answer-turn.ts'
import { createFindUnanswered } from '../../src/messages/replies/find-unanswered.ts'
import { createSendAnswer } from '../../src/messages/replies/send-answer.ts'
import { createTurnStore } from '../../src/messages/replies/turn-store.ts'
import { createSendMessage } from '../../src/messages/send-message.ts'
import type { SpendingLimits } from '../../src/telephony/spending-limits.ts'
import { sql } from './database.ts'
import { memoryLog } from './memory-log.ts'
import { noLimits } from './outbound.ts'
import { aHolding, aNumber, anAgent, anOrganization, aPhoneNumber } from './rows.ts'

const PUBLIC_URL = 'https://here.example'

let customers = 0
/** Nobody's in any other test of a file. */
export const aCustomer = () => `+1604555${String(1_000 + ++customers)}`

export type Texted = Awaited<ReturnType<ReturnType<typeof createTurnDeeds>['aTextedOrganization']>>

/** Turns of texts, in a database alone: the telephone company and the agents do as a test says. */
export function createTurnDeeds(url: string, db: Database) {
  const { log } = memoryLog()
  return {
    /** An organization whose agents answer texts, and its number; with an agent of its own, if one is given. */
    async aTextedOrganization(agent?: Record<string, unknown>) {
      const organizationId = await anOrganization(url)
      const agentId = agent ? `agent_of_${organizationId}` : null
      if (agent) await anAgent(url, organizationId, { elevenlabs_agent_id: agentId, ...agent })
      await sql(
        url,
        `update orgline.organizations set settings = '{"text_replies": "agent"}' where id = $1`,
        [organizationId],
      )
      const phoneNumber = aNumber()
      const numberId = await aPhoneNumber(url, {
        status: 'assigned',
        sms_status: 'ready',
        phone_number: phoneNumber,
        agent_id: agentId,
        elevenlabs_phone_id: organizationId,
      })
      const holdingId = await aHolding(url, organizationId, numberId, { is_active: true })
      return { organizationId, phoneNumber, numberId, holdingId }
    },
    /** A customer texts; after how many milliseconds an agent is to answer (null: none is). */
    async text(to: string, customer: string, body = 'Is it still there?') {
      const { answer_in_ms: inMs } = await db.rpc(
        'receive_message',
        {
          providerMessageId: `SM${randomUUID()}`,
          from: customer,
          to,
          customer,
          body,
          media: [],
          segments: 1,
          requestId: 'test',
        },
        z.object({ answer_in_ms: z.int().nullable() }),
      )
      return inMs
    },
    /** The turns of an organization are due now, and those of no other one. */
    due: (organizationId: string) =>
      sql(
        url,
        `update orgline.text_turns set
           due_at = now() + case when organization_id = $1 then -interval '1 day' else interval '1 day' end,
           is_due = organization_id = $1
         where due_at is not null`,
        [organizationId],
      ),
    /** As if all that a customer and an organization have exchanged had been earlier. */
    async longAgo(organizationId: string, minutes: number) {
      for (const table of ['text_turns', 'messages'])
        await sql(
          url,
          `update orgline.${table} set created_at = created_at - make_interval(mins => $2) where organization_id = $1`,
          [organizationId, minutes],
        )
    },
    turnsOf: (organizationId: string) =>
      sql<{ id: string; status: string; reason: string | null; attempts: number }>(
        url,
        'select id, status, reason, attempts from orgline.text_turns where organization_id = $1 order by created_at',
        [organizationId],
      ),
    /** What a turn counts for against the limits of money. */
    async outlayOf(organizationId: string) {
      const rows = await sql<{ outlay: string }>(
        url,
        'select outlay from orgline.text_turns where organization_id = $1',
        [organizationId],
      )
      return rows.map(({ outlay }) => Number(outlay))
    },
    /** What people are told of texts of an organization that nobody has answered. */
    notificationsOf: (organizationId: string) =>
      sql<{ reason: string; subject: string; status: string }>(
        url,
        `select facts ->> 'reason' as reason, subject, status from orgline.admin_notifications
         where organization_id = $1 and type = 'text_reply_failed' order by created_at`,
        [organizationId],
      ),
    /** A server that answers texts. What it sends is in `sent`, what agents were asked in `asked`. */
    aServer(
      options: {
        limits?: Partial<SpendingLimits>
        agentId?: string
        ask?: TextConversations['ask']
        send?: () => Promise<SentMessage>
        listSent?: Telephony['listSentTexts']
      } = {},
    ) {
      const { limits, agentId = 'agent_shared' } = options
      const spending = { ...noLimits, ...limits }
      const sent: string[] = []
      const asked: string[] = []
      const telephony = {
        async sendMessage({ body }) {
          sent.push(body)
          return options.send?.() ?? aSentMessage()
        },
        listSentTexts: options.listSent ?? (async () => []),
      } as Pick<Telephony, 'sendMessage' | 'listSentTexts'> as Telephony
      const turns = createTurnStore(db, {
        agentId,
        // No test waits for one to run out.
        leaseMs: 3_600_000,
        publicUrl: PUBLIC_URL,
        spending,
      })
      const messages = createMessageStore(db, { pollMs: 1, publicUrl: PUBLIC_URL, spending })
      const sendMessage = createSendMessage({ messages, telephony, publicUrl: PUBLIC_URL, log })
      const againMs = 15_000
      const answerTurn = createAnswerTurn({
        turns,
        conversations: {
          async ask(question, io) {
            asked.push(question.text)
            return options.ask?.(question, io) ?? 'Yes, it is.'
          },
          findTextFlaw: async () => undefined,
        },
        findUnanswered: createFindUnanswered({ turns, telephony, log }),
        sendAnswer: createSendAnswer(sendMessage, { againMs }),
        deadlineMs: 60_000,
        againMs,
        defaultOrganizationName: 'Jack Automotive',
        log,
      })
      return {
        sent,
        asked,
        turns,
        messages,
        sendMessage,
        /** Works on all that is due, once each. */
        async work() {
          for (let turn = await turns.claim(null, []); turn; turn = await turns.claim(null, []))
            await answerTurn(turn)
        },
      }
    },
  }
}

export function aSentMessage(): SentMessage {
  return { sid: `SM${randomUUID()}`, status: 'queued', errorCode: null, failure: null }
}

/** What a telephone company says that is away. */
export const unreachable = () =>
  new CarrierError('twilio', 'messages.list', 'unreachable', 'no answer')
