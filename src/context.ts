import { createCallStore } from './calls/call-store.ts'
import { createCallSweep } from './calls/call-sweep.ts'
import { createCallWatch } from './calls/call-watch.ts'
import { createBeginInboundCall } from './calls/inbound-call.ts'
import { createPlaceCall } from './calls/outbound-call.ts'
import { createElevenLabsClient } from './carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from './carriers/elevenlabs/voice-agents.ts'
import type { Telephony, VoiceAgents } from './carriers/ports.ts'
import { createTwilioClient } from './carriers/twilio/client.ts'
import { createTwilioTelephony } from './carriers/twilio/telephony.ts'
import { type Config, secretsOf } from './config.ts'
import { createMessageStore } from './messages/message-store.ts'
import { createNotificationStore } from './notifications/notification-store.ts'
import { createMemberStore } from './organizations/member-store.ts'
import { createChangeOrganization } from './organizations/organization-changes.ts'
import { createOrganizationStore } from './organizations/organization-store.ts'
import { createSignUp } from './organizations/sign-up.ts'
import { createActivate } from './phone-numbers/activation.ts'
import { createAssign } from './phone-numbers/assignment.ts'
import { createFollowOrder } from './phone-numbers/follow-order.ts'
import { createEnterNumber } from './phone-numbers/manual-entry.ts'
import { createOrderRunner } from './phone-numbers/order-runner.ts'
import { createOrderStore } from './phone-numbers/order-store.ts'
import { createPhoneNumberStore } from './phone-numbers/phone-number-store.ts'
import { createRunWithin } from './phone-numbers/purchase.ts'
import { createRoutes } from './phone-numbers/routing.ts'
import { createSettle } from './phone-numbers/settle.ts'
import { createSettleDue } from './phone-numbers/settle-due.ts'
import { createSettleStore } from './phone-numbers/settle-store.ts'
import { createDatabase, type Database, type DatabaseTarget } from './platform/db.ts'
import { createLogger, type Logger } from './platform/logger.ts'

/** What tests may put in the place of the real thing. */
export interface Overrides {
  log?: Logger
  db?: Database
  telephony?: Telephony
  voiceAgents?: VoiceAgents
}

export type Context = ReturnType<typeof createContext>

/** The one place where everything is constructed. Opens no connection and reads no file. */
export function createContext(config: Config, overrides: Overrides = {}) {
  const log = overrides.log ?? createLogger({ level: config.logLevel, secrets: secretsOf(config) })
  const db = overrides.db ?? createDatabase(databaseTarget(config, log))
  const elevenLabs = createElevenLabsClient(config.elevenLabs)
  const telephony = overrides.telephony ?? createTwilioTelephony(createTwilioClient(config.twilio))
  const voiceAgents =
    overrides.voiceAgents ??
    createElevenLabsVoiceAgents(elevenLabs, {
      baseUrl: config.elevenLabs.baseUrl,
      twilioAccountSid: config.twilio.accountSid,
      twilioAuthToken: config.twilio.authToken,
    })
  const { agentId } = config.elevenLabs
  const waitMs = config.organizations.signupWaitMs
  /** Work that outlives its request; shutdown waits for it. */
  const background = new Set<Promise<unknown>>()

  const routing = createRoutes({
    publicUrl: config.publicUrl,
    voiceFallbackUrl: config.numbers.voiceFallbackUrl,
    agentsVoiceUrl: voiceAgents.voiceUrl,
  })
  const settle = createSettle({ telephony, voiceAgents, routes: routing })
  const settleDue = createSettleDue({
    ...config.orders,
    store: createSettleStore(db, config.orders),
    settle,
    agentId,
    waitMs,
    background,
    log: log.child({ name: 'settle' }),
  })
  const orders = createOrderStore(db, {
    ...config.orders,
    purchaseDailyLimit: config.numbers.purchaseDailyLimit,
  })
  const numbers = createPhoneNumberStore(db, config.orders)
  const runner = createOrderRunner({
    ...config.orders,
    store: orders,
    telephony,
    voiceAgents,
    settle,
    routes: routing,
    log: log.child({ name: 'orders' }),
    agentId,
    importByHand: config.numbers.import === 'manual',
    usSmsStatus: config.numbers.usSmsStatus,
  })
  const runWithin = createRunWithin({ runner, background, log })
  const followOrder = createFollowOrder({ orders, runWithin, waitMs, log })
  const organizations = createOrganizationStore(db, config.organizations)
  const calls = createCallStore(db, { ...config.calls, agentId })

  return {
    config,
    log,
    db,
    elevenLabs,
    background,
    settle,
    settleDue,
    runner,
    runWithin,
    orders,
    numbers,
    organizations,
    members: createMemberStore(db),
    changeOrganization: createChangeOrganization({
      organizations,
      settleNumbersOf: settleDue.ofOrganization,
    }),
    notifications: createNotificationStore(db),
    messages: createMessageStore(db),
    activate: createActivate({ numbers, voiceAgents, runner }),
    assign: createAssign({ numbers, followOrder }),
    enterNumber: createEnterNumber({
      telephony,
      voiceAgents,
      numbers,
      followOrder,
      usSmsStatus: config.numbers.usSmsStatus,
    }),
    signUp: createSignUp({ organizations, runWithin, waitMs, log }),
    calls,
    callWatch: createCallWatch({ ...config.calls, calls, voiceAgents, log }),
    callSweep: createCallSweep({ calls, voiceAgents, agentId, log }),
    placeCall: createPlaceCall({
      calls,
      voiceAgents,
      agentId,
      defaultOrganizationName: config.organizations.defaultName,
    }),
    beginInboundCall: createBeginInboundCall({
      calls,
      deadlineMs: config.precallDeadlineMs,
      defaultOrganizationName: config.organizations.defaultName,
    }),
    readiness: { stopping: false },
  }
}

function databaseTarget({ database }: Config, log: Logger): DatabaseTarget {
  const { timeoutMs, poolSize } = database
  if (database.supabase) return { kind: 'supabase', ...database.supabase, timeoutMs }
  if (!database.url) throw new Error('neither SUPABASE_URL nor DATABASE_URL is set')
  return {
    kind: 'postgres',
    url: database.url,
    timeoutMs,
    poolSize,
    onError: (err) =>
      log.warn({ err }, 'an idle database connection was lost; the pool makes a new one'),
  }
}
