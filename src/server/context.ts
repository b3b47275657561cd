import { createActivity } from '../activity/module.ts'
import { createAgentsModule } from '../agents/module.ts'
import { createApiKeys } from '../api-keys/module.ts'
import { createAudit } from '../audit/module.ts'
import { createCalls } from '../calls/module.ts'
import type { Config } from '../config/config.ts'
import { createContacts } from '../contacts/module.ts'
import { createEvents } from '../events/module.ts'
import { createRefusalLog } from '../http/log/refusal-log.ts'
import { createInfrastructure, type Overrides } from '../infrastructure/infrastructure.ts'
import type { Module } from '../infrastructure/module.ts'
import { createMessages } from '../messages/module.ts'
import { createNotifications } from '../notifications/module.ts'
import { generateInviteToken } from '../organizations/members/invite.ts'
import { createOrganizations } from '../organizations/module.ts'
import { createPhoneNumbers } from '../phone-numbers/module.ts'
import { createPrivacy } from '../privacy/module.ts'
import { createReconcileModule } from '../reconcile/module.ts'
import { createRecordings } from '../recordings/module.ts'
import { createUsage } from '../usage/module.ts'
import { createWebhooks } from '../webhooks/module.ts'
import { createAddress } from './address/module.ts'
import { createDoctor } from './doctor/module.ts'
import { createReadGauges } from './metrics/gauges.ts'
import { createReadMetrics } from './metrics/serve.ts'
import { createUpkeep } from './upkeep.ts'

export type { Overrides } from '../infrastructure/infrastructure.ts'

export type Context = ReturnType<typeof createContext>

/**
 * The one place where everything is constructed, each domain after those it stands on. Opens no
 * connection and reads no file.
 */
export function createContext(config: Config, overrides: Overrides = {}) {
  const infrastructure = createInfrastructure(config, overrides)
  const address = createAddress(infrastructure)
  const notifications = createNotifications(infrastructure, generateInviteToken)
  const upkeep = createUpkeep(infrastructure, notifications)
  const apiKeys = createApiKeys(infrastructure)
  const usage = createUsage(infrastructure)
  const phoneNumbers = createPhoneNumbers(infrastructure)
  const reconcile = createReconcileModule(infrastructure, phoneNumbers)
  const doctor = createDoctor(infrastructure, phoneNumbers, reconcile)
  const messages = createMessages(infrastructure, usage)
  const agents = createAgentsModule(infrastructure, {
    ...phoneNumbers,
    syncNumber: phoneNumbers.syncDue.ofNumber,
  })
  const calls = createCalls(infrastructure, { ...phoneNumbers, ...agents.agents, ...messages })
  const organizations = createOrganizations(infrastructure, {
    ...phoneNumbers,
    ...messages,
    syncNumbersOf: phoneNumbers.syncDue.ofOrganization,
    syncAgentsOf: agents.agents.syncAgentsOf,
    requireTexting: messages.replies.requireTexting,
  })
  const contacts = createContacts(infrastructure)
  const privacy = createPrivacy(infrastructure, contacts)
  const recordings = createRecordings(infrastructure, calls)
  const events = createEvents(infrastructure)
  const webhooks = createWebhooks(infrastructure, { ...messages, ...calls })
  const { db, metrics } = infrastructure
  const readGauges = createReadGauges({ db, metrics, poolMin: config.pool.min })
  /** In the order in which their routes are asked. */
  const modules: Module[] = [
    upkeep,
    address,
    organizations,
    apiKeys,
    agents,
    phoneNumbers,
    notifications,
    createAudit(infrastructure),
    createActivity(infrastructure),
    reconcile,
    doctor,
    contacts,
    privacy,
    calls,
    recordings,
    usage,
    messages,
    events,
    webhooks,
  ]

  return {
    ...infrastructure,
    refusalLog: createRefusalLog(infrastructure.log, overrides.refusalNow),
    modules,
    readMetrics: createReadMetrics(infrastructure.metrics, readGauges),
    routes: modules.flatMap(({ routes }) => routes),
    address,
    notifications,
    apiKeys,
    usage,
    phoneNumbers,
    reconcile,
    doctor,
    messages,
    agents,
    calls,
    organizations,
    contacts,
    privacy,
    recordings,
    events,
    webhooks,
  }
}
