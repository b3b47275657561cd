import { createCallRecords } from '../calls/call-records.ts'
import { createCallStore } from '../calls/call-store.ts'
import { createCallSweep } from '../calls/call-sweep.ts'
import { createCallWatch } from '../calls/call-watch.ts'
import { createDoNotCallStore } from '../calls/do-not-call-store.ts'
import { createBeginInboundCall } from '../calls/inbound-call.ts'
import { createInboundVoice } from '../calls/inbound-voice.ts'
import { createPlaceCall } from '../calls/outbound-call.ts'
import { createContacts } from '../contacts/contacts.ts'
import { createTexting } from '../messages/texting.ts'
import { createAccounting } from '../usage/accounting.ts'
import type { Foundation } from './foundation.ts'
import type { Numbers } from './numbers.ts'

/** Texts, calls and customers, and what they cost. */
export function createConversations(
  foundation: Foundation,
  parts: {
    importForCalling: Numbers['importForCalling']
    listVoiceAgentIds: () => Promise<string[]>
  },
) {
  const { config, log, db, telephony, voiceAgents, background } = foundation
  const { agentId } = config.elevenLabs
  const accounting = createAccounting({
    db,
    telephony,
    rates: config.usage.rates,
    defaultNumber: config.calls.fallback?.phoneNumber,
    log: log.child({ name: 'usage' }),
  })
  const texting = createTexting({
    ...config.calls,
    ...config.messages,
    ...config.catchUp,
    db,
    telephony,
    recordCharges: accounting.recordCharges,
    publicUrl: config.publicUrl,
    usSmsStatus: config.numbers.usSmsStatus,
    waitMs: config.organizations.signupWaitMs,
    background,
    log: log.child({ name: 'messages' }),
  })
  const calls = createCallStore(db, { ...config.calls, agentId, outbound: config.outbound })

  return {
    ...texting,
    calls,
    ...accounting,
    callRecords: createCallRecords(db),
    doNotCall: createDoNotCallStore(db),
    ...createContacts({
      ...config.orders,
      db,
      telephony,
      voiceAgents,
      publicUrl: config.publicUrl,
      log: log.child({ name: 'erasures' }),
    }),
    callWatch: createCallWatch({ ...config.calls, calls, voiceAgents, log }),
    callSweep: createCallSweep({
      calls,
      voiceAgents,
      agentIds: async () => [agentId, ...(await parts.listVoiceAgentIds())],
      log,
    }),
    ...createInboundVoice({
      ...config.catchUp,
      db,
      telephony,
      voiceAgents,
      agentId,
      inboundVoice: config.voice.inbound,
      overdueMs: config.calls.overdueMs,
      publicUrl: config.publicUrl,
      deadlineMs: config.voice.deadlineMs,
      defaultOrganizationName: config.organizations.defaultName,
      background,
      log: log.child({ name: 'calls' }),
    }),
    placeCall: createPlaceCall({
      calls,
      voiceAgents,
      importForCalling: parts.importForCalling,
      agentId,
      defaultOrganizationName: config.organizations.defaultName,
      log,
    }),
    beginInboundCall: createBeginInboundCall({
      calls,
      deadlineMs: config.precallDeadlineMs,
      defaultOrganizationName: config.organizations.defaultName,
    }),
  }
}
