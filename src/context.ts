import { createAgents } from './agents/agents.ts'
import { generateKey } from './api-keys/api-key.ts'
import { createApiKeyStore } from './api-keys/api-key-store.ts'
import { createFindKey } from './api-keys/find-key.ts'
import { createCallRecords } from './calls/call-records.ts'
import { createCallStore } from './calls/call-store.ts'
import { createCallSweep } from './calls/call-sweep.ts'
import { createCallWatch } from './calls/call-watch.ts'
import { createDoNotCallStore } from './calls/do-not-call-store.ts'
import { createBeginInboundCall } from './calls/inbound-call.ts'
import { createInboundVoice } from './calls/inbound-voice.ts'
import { createPlaceCall } from './calls/outbound-call.ts'
import { variableNames } from './calls/variables.ts'
import { createElevenLabsAgentEditor } from './carriers/elevenlabs/agent-editor.ts'
import { createElevenLabsClient } from './carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from './carriers/elevenlabs/voice-agents.ts'
import type { AgentEditor, Telephony, VoiceAgents } from './carriers/ports.ts'
import { createTwilioClient } from './carriers/twilio/client.ts'
import { createTwilioTelephony } from './carriers/twilio/telephony.ts'
import { type Config, secretsOf } from './config.ts'
import { createContacts } from './contacts/contacts.ts'
import { createTexting } from './messages/texting.ts'
import { createAlertStore } from './notifications/alert-store.ts'
import { createAlertWebhook } from './notifications/alert-webhook.ts'
import { createAlerts } from './notifications/alerts.ts'
import { createNotificationStore } from './notifications/notification-store.ts'
import { createMemberStore } from './organizations/member-store.ts'
import { createChangeOrganization } from './organizations/organization-changes.ts'
import { createOrganizationStore } from './organizations/organization-store.ts'
import { createSignUp } from './organizations/sign-up.ts'
import { createActivate } from './phone-numbers/activation.ts'
import { createAssign } from './phone-numbers/assignment.ts'
import { createExplain } from './phone-numbers/explain.ts'
import { createExplainStore } from './phone-numbers/explain-store.ts'
import { createFollowOrder } from './phone-numbers/follow-order.ts'
import { createGiveBack } from './phone-numbers/give-back.ts'
import { createImportForCalling } from './phone-numbers/import-for-calling.ts'
import { createReportInactive } from './phone-numbers/inactive-numbers.ts'
import { createEnterNumber } from './phone-numbers/manual-entry.ts'
import { createOrderRunner } from './phone-numbers/order-runner.ts'
import { createOrderStore } from './phone-numbers/order-store.ts'
import { createPhoneNumberStore } from './phone-numbers/phone-number-store.ts'
import { createObtainNumber } from './phone-numbers/pool/another-number.ts'
import { createActivateBatch } from './phone-numbers/pool/batch-activation.ts'
import { createPurchaseBatch } from './phone-numbers/pool/batch-purchase.ts'
import { createPoolKeeper } from './phone-numbers/pool/pool-keeper.ts'
import { createPoolStore } from './phone-numbers/pool/pool-store.ts'
import { createProvision } from './phone-numbers/pool/provision.ts'
import { createProvisionStore } from './phone-numbers/pool/provision-store.ts'
import { createRunWithin } from './phone-numbers/purchase.ts'
import { createQuarantine } from './phone-numbers/quarantine.ts'
import { createQuarantineStore } from './phone-numbers/quarantine-store.ts'
import { createReleaseDue } from './phone-numbers/release-due.ts'
import { createReleaseStore } from './phone-numbers/release-store.ts'
import { createRoutes } from './phone-numbers/routing.ts'
import { createCompareSettings } from './phone-numbers/settings-difference.ts'
import { createSettle } from './phone-numbers/settle.ts'
import { createSettleDue } from './phone-numbers/settle-due.ts'
import { createSettleStore } from './phone-numbers/settle-store.ts'
import { createDatabase, type Database, type DatabaseTarget } from './platform/db.ts'
import { createLogger, type Logger } from './platform/logger.ts'
import { createConfirm } from './reconcile/confirm.ts'
import { createDriftOf } from './reconcile/drift.ts'
import { createIsOurs } from './reconcile/is-ours.ts'
import { createReconcile } from './reconcile/reconcile.ts'
import { createReconcileStore } from './reconcile/reconcile-store.ts'
import { createRepair } from './reconcile/repair.ts'
import { createSweep } from './reconcile/sweep.ts'

/** What tests may put in the place of the real thing. */
export interface Overrides {
  log?: Logger
  db?: Database
  telephony?: Telephony
  voiceAgents?: VoiceAgents
  agentEditor?: AgentEditor
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
  const readiness = { stopping: false }

  const routing = createRoutes({
    publicUrl: config.publicUrl,
    voiceFallbackUrl: config.numbers.voiceFallbackUrl,
    inboundVoice: config.voice.inbound,
    agents: voiceAgents,
  })
  const compareSettings = createCompareSettings({
    isVoiceUrl: voiceAgents.isVoiceUrl,
    routes: routing,
  })
  const settle = createSettle({ telephony, voiceAgents, compare: compareSettings })
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
    inboundVoice: config.voice.inbound,
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
  const pool = createPoolStore(db, config.pool)
  const organizations = createOrganizationStore(db, {
    ...config.organizations,
    inboundVoice: config.voice.inbound,
  })
  const reconcileReports = createReconcileStore(db, config)
  const driftOf = createDriftOf({ compare: compareSettings, routes: routing, agentId })
  const activate = createActivate({ numbers, voiceAgents, runner })
  const apiKeys = createApiKeyStore(db)
  const quarantine = createQuarantine({
    store: createQuarantineStore(db, config.releases),
    settleNumber: settleDue.ofNumber,
    runWithin,
    waitMs,
    log,
  })
  const agents = createAgents({
    ...config.orders,
    ...config.agents,
    db,
    editor:
      overrides.agentEditor ??
      createElevenLabsAgentEditor(elevenLabs, { variables: [...variableNames] }),
    runWithin,
    waitMs,
    settleNumber: settleDue.ofNumber,
    releaseNumber: quarantine.releaseNumber,
    log: log.child({ name: 'agents' }),
  })
  const texting = createTexting({
    ...config.calls,
    ...config.messages,
    db,
    telephony,
    publicUrl: config.publicUrl,
    usSmsStatus: config.numbers.usSmsStatus,
    log: log.child({ name: 'messages' }),
  })
  const calls = createCallStore(db, { ...config.calls, agentId, outbound: config.outbound })

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
    apiKeys,
    findKey: createFindKey(apiKeys),
    changeOrganization: createChangeOrganization({
      organizations,
      settleNumbersOf: settleDue.ofOrganization,
      registration: texting.registration,
      countries: config.outbound.countries,
    }),
    notifications: createNotificationStore(db),
    alerts: createAlertsOf(config, db, log),
    explain: createExplain({
      store: createExplainStore(db),
      routes: routing,
      agentId,
      defaultOrganizationName: config.organizations.defaultName,
    }),
    reconcile: createReconcile({
      db,
      leaseMs: config.orders.leaseMs,
      store: reconcileReports,
      sweep: createSweep({
        store: reconcileReports,
        telephony,
        voiceAgents,
        driftOf,
        isOurs: createIsOurs(routing),
        confirm: createConfirm({ telephony, voiceAgents, driftOf }),
        repair: createRepair({
          store: reconcileReports,
          settleDue: settleDue.tick,
          usSmsStatus: config.numbers.usSmsStatus,
        }),
      }),
      everyMs: config.reconcile.intervalMs,
      log: log.child({ name: 'reconcile' }),
    }),
    reconcileReports,
    ...texting,
    activate,
    pool,
    purchaseBatch: createPurchaseBatch({
      pool,
      runner,
      waitMs: config.pool.batchWaitMs,
      readiness,
      background,
      log,
    }),
    activateBatch: createActivateBatch({ ...config.orders, activate, log }),
    provision: createProvision({ ...config.orders, store: createProvisionStore(db), log }),
    obtainNumber: createObtainNumber({
      pool,
      orders,
      runWithin,
      settleNumber: settleDue.ofNumber,
      waitMs,
      log,
    }),
    tendPool: createPoolKeeper({ ...config.pool, pool, log: log.child({ name: 'pool' }) }),
    assign: createAssign({ numbers, followOrder }),
    ...quarantine,
    agents,
    generateKey,
    releaseDue: createReleaseDue({
      ...config.orders,
      store: createReleaseStore(db, { ...config.orders, publicUrl: config.publicUrl }),
      giveBack: createGiveBack({ telephony, voiceAgents, routes: routing }),
      log: log.child({ name: 'release' }),
    }),
    reportInactive: createReportInactive({ ...config.inactive, db, log }),
    enterNumber: createEnterNumber({
      telephony,
      voiceAgents,
      numbers,
      followOrder,
      usSmsStatus: config.numbers.usSmsStatus,
    }),
    signUp: createSignUp({ organizations, runWithin, waitMs, log }),
    calls,
    callRecords: createCallRecords(db),
    doNotCall: createDoNotCallStore(db),
    ...createContacts(db),
    callWatch: createCallWatch({ ...config.calls, calls, voiceAgents, log }),
    callSweep: createCallSweep({
      calls,
      voiceAgents,
      agentIds: async () => [agentId, ...(await agents.listVoiceAgentIds())],
      log,
    }),
    ...createInboundVoice({
      db,
      voiceAgents,
      agentId,
      overdueMs: config.calls.overdueMs,
      deadlineMs: config.voice.deadlineMs,
      defaultOrganizationName: config.organizations.defaultName,
      background,
    }),
    placeCall: createPlaceCall({
      calls,
      voiceAgents,
      importForCalling: createImportForCalling({ orders, runWithin, waitMs }),
      agentId,
      defaultOrganizationName: config.organizations.defaultName,
      log,
    }),
    beginInboundCall: createBeginInboundCall({
      calls,
      deadlineMs: config.precallDeadlineMs,
      defaultOrganizationName: config.organizations.defaultName,
    }),
    readiness,
  }
}

/** Well below the time a stopping server has. */
const ALERT_TIMEOUT_MS = 5_000

/** Undefined where no receiver is set: nothing is sent then, and nothing is recorded as sent. */
function createAlertsOf({ alerts, orders, publicUrl }: Config, db: Database, log: Logger) {
  if (!alerts.webhookUrl) return undefined
  return createAlerts({
    ...orders,
    store: createAlertStore(db, orders),
    send: createAlertWebhook({ url: alerts.webhookUrl, timeoutMs: ALERT_TIMEOUT_MS }),
    publicUrl,
    log: log.child({ name: 'alerts' }),
  })
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
