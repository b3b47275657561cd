import { createContacts } from '../contacts/module.ts'
import { createTexting } from '../messages/module.ts'
import type { Numbers } from '../phone-numbers/module.ts'
import type { Foundation } from '../server/infrastructure.ts'
import { createAccounting } from '../usage/module.ts'
import { createCallStore } from './call-store.ts'
import { createDoNotCallStore } from './do-not-call/store.ts'
import { createBeginInboundCall } from './inbound/begin-inbound-call.ts'
import { createInboundVoice } from './inbound/inbound-voice.ts'
import { createPlaceCall } from './outbound/place-call.ts'
import { createCallWatch } from './polling/call-poller.ts'
import { createCallSweep } from './polling/missed-call-scan.ts'
import { createCallRecords } from './records/call-record-store.ts'

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
