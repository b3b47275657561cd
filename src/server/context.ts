import { variableNames } from '../agent-memory/variables.ts'
import { createAgents } from '../agents/agents.ts'
import { generateKey } from '../api-keys/api-key.ts'
import { createApiKeyStore } from '../api-keys/api-key-store.ts'
import { createFindKey } from '../api-keys/find-key.ts'
import { createConversations } from '../calls/module.ts'
import type { Config } from '../config/config.ts'
import type { Database } from '../database/db.ts'
import { createRetention } from '../database/retention.ts'
import { createAlertStore } from '../notifications/alert-store.ts'
import { createAlertWebhook } from '../notifications/alert-webhook.ts'
import { createAlerts } from '../notifications/alerts.ts'
import { createNotificationStore } from '../notifications/notification-store.ts'
import { createMemberStore } from '../organizations/members/member-store.ts'
import { createChangeOrganization } from '../organizations/organization-changes.ts'
import { createOrganizationStore } from '../organizations/organization-store.ts'
import { createSignUp } from '../organizations/sign-up.ts'
import { createNumbers } from '../phone-numbers/module.ts'
import type { Logger } from '../platform/logger.ts'
import { createFoundation, type Overrides } from './infrastructure.ts'

export type { Overrides } from './infrastructure.ts'

export type Context = ReturnType<typeof createContext>

/** The one place where everything is constructed. Opens no connection and reads no file. */
export function createContext(config: Config, overrides: Overrides = {}) {
  const foundation = createFoundation(config, overrides)
  const { db, log } = foundation
  const waitMs = config.organizations.signupWaitMs
  const numbers = createNumbers(foundation)
  const organizations = createOrganizationStore(db, {
    ...config.organizations,
    inboundVoice: config.voice.inbound,
  })
  const apiKeys = createApiKeyStore(db)
  const agents = createAgents({
    ...config.orders,
    ...config.agents,
    db,
    publicUrl: config.publicUrl,
    editor: foundation.agentEditor,
    voiceAgents: foundation.voiceAgents,
    runWithin: numbers.runWithin,
    waitMs,
    settleNumber: numbers.settleDue.ofNumber,
    followQuarantine: numbers.followQuarantine,
    log: log.child({ name: 'agents' }),
  })
  const conversations = createConversations(foundation, {
    importForCalling: numbers.importForCalling,
    listVoiceAgentIds: agents.listVoiceAgentIds,
  })

  return {
    ...foundation,
    ...numbers,
    ...conversations,
    organizations,
    members: createMemberStore(db),
    apiKeys,
    findKey: createFindKey(apiKeys),
    generateKey,
    variableNames,
    agents,
    changeOrganization: createChangeOrganization({
      organizations,
      settleNumbersOf: numbers.settleDue.ofOrganization,
      registration: conversations.registration,
      countries: config.outbound.countries,
    }),
    signUp: createSignUp({
      organizations,
      runWithin: numbers.runWithin,
      settleNumbersOf: numbers.settleDue.ofOrganization,
      waitMs,
      log,
    }),
    notifications: createNotificationStore(db),
    alerts: createAlertsOf(config, db, log),
    retention: createRetention(db),
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
