import { secretsOf } from '../../config/config.ts'
import type { Infrastructure } from '../../infrastructure/infrastructure.ts'
import type { Module } from '../../infrastructure/module.ts'
import type { PhoneNumbers } from '../../phone-numbers/module.ts'
import { createSecretScrubber } from '../../platform/logger.ts'
import type { createReconcileModule } from '../../reconcile/module.ts'
import { createBaseUrlsCheck } from './checks/base-urls.ts'
import { createClockCheck } from './checks/clock.ts'
import { createDatabaseCheck } from './checks/database.ts'
import { createConnectionCheck, createReadConnection } from './checks/database-connection.ts'
import { createAgentCheck, createQuestionsCheck, createReportsCheck } from './checks/elevenlabs.ts'
import { createMessagingServicesCheck } from './checks/messaging-services.ts'
import { createPublicUrlCheck } from './checks/public-url.ts'
import { createSettingsCheck } from './checks/settings.ts'
import { createSweepCheck } from './checks/sweep.ts'
import { createAccountCheck, createBalanceCheck, createCountriesCheck } from './checks/twilio.ts'
import { createDoctorRoutes } from './routes.ts'
import { createRunChecks } from './run-checks.ts'

/** How long any check may take: a carrier that is away must not keep the others' results from whoever waits. */
const DEADLINE_MS = 12_000

/** Looks at everything that a deployment needs, and says what is wrong and what to do. */
export function createDoctor(
  infrastructure: Infrastructure,
  { findTakenTexts }: Pick<PhoneNumbers, 'findTakenTexts'>,
  { reconcileReports }: Pick<ReturnType<typeof createReconcileModule>, 'reconcileReports'>,
) {
  const { config, db, telephony, telephonyAccount, askedBeforeCalls } = infrastructure
  const { agentId, baseUrl, webhookSecret } = config.elevenLabs
  const readConnection = createReadConnection(db)
  const runChecks = createRunChecks({
    deadlineMs: DEADLINE_MS,
    scrub: createSecretScrubber(secretsOf(config)),
    log: infrastructure.log,
    checks: {
      settings: createSettingsCheck(config),
      base_urls: createBaseUrlsCheck(config),
      database: createDatabaseCheck({
        checkSchema: infrastructure.checkSchema,
        canMigrate: config.database.url !== undefined,
      }),
      database_connection: createConnectionCheck({ database: config.database, readConnection }),
      public_url: createPublicUrlCheck({ ...infrastructure, publicUrl: config.publicUrl }),
      clock: createClockCheck({
        urls: [config.twilio.baseUrl ?? 'https://api.twilio.com', baseUrl],
        readConnection,
      }),
      twilio_account: createAccountCheck(telephonyAccount),
      twilio_balance: createBalanceCheck(telephonyAccount),
      twilio_countries: createCountriesCheck({
        findClosed: telephonyAccount.findClosed,
        countries: config.spending.countries,
      }),
      messaging_services: createMessagingServicesCheck({
        telephony,
        findTakenTexts,
        listNumbers: () => reconcileReports.inside().then(({ numbers }) => numbers),
        sharedServiceSid: config.messages.sharedServiceSid,
      }),
      elevenlabs_agent: createAgentCheck({ ...infrastructure, agentId }),
      elevenlabs_questions: createQuestionsCheck({
        agentId,
        askedBeforeCalls,
        inbound: config.voice.inbound,
      }),
      elevenlabs_reports: createReportsCheck({
        agentId,
        askedBeforeCalls,
        hasSecret: webhookSecret !== undefined,
      }),
      sweep: createSweepCheck({
        last: reconcileReports.last,
        everyMs: config.reconcile.intervalMs,
      }),
    },
  })
  return {
    runChecks,
    routes: createDoctorRoutes({ runChecks }),
    loops: [],
  } satisfies Module & Record<string, unknown>
}
