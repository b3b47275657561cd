import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { createNoteImportUrls } from './imports/import-urls.ts'
import { createRenewImports, RENEWAL_INTERVAL_MS } from './imports/renew-imports.ts'
import { createRenewalStore } from './imports/renewal-store.ts'
import { previousTokenOf, tokenHashOf } from './imports/token-hash.ts'
import { createActivate } from './manual/activate-number.ts'
import { createAssign } from './manual/assign-number.ts'
import { createEnterNumber } from './manual/enter-number.ts'
import { createManualRoutes } from './manual/routes.ts'
import { createImportForCalling } from './orders/import-for-calling.ts'
import { createOrderRunner } from './orders/order-runner.ts'
import { createOrderStore } from './orders/order-store.ts'
import { createOrderRoutes } from './orders/routes.ts'
import { createFollowOrder, createRunWithin } from './orders/run-order.ts'
import { createPhoneNumberStore } from './phone-number-store.ts'
import { createAddNumber } from './pool/add-number.ts'
import { createAnotherNumberRoutes } from './pool/add-number-routes.ts'
import { createActivateBatch } from './pool/batch-activation.ts'
import { createPurchaseBatch } from './pool/batch-purchase.ts'
import { createPoolStore } from './pool/pool-store.ts'
import { createPoolKeeper } from './pool/replenish-pool.ts'
import { createPoolRoutes } from './pool/routes.ts'
import { createProvision } from './provisioning/provision.ts'
import { createProvisionStore } from './provisioning/provision-store.ts'
import { createProvisionRoutes } from './provisioning/routes.ts'
import { createReportInactive } from './quarantine/inactive-numbers.ts'
import { createQuarantine } from './quarantine/quarantine-number.ts'
import { createQuarantineStore } from './quarantine/quarantine-store.ts'
import { createReleaseAtCarriers } from './quarantine/release-at-carriers.ts'
import { createReleaseStore } from './quarantine/release-store.ts'
import { createReleaseDue } from './quarantine/release-worker.ts'
import { createQuarantineRoutes } from './quarantine/routes.ts'
import { createPhoneNumberRoutes } from './routes.ts'
import { createNumberSettingsRoutes } from './settings/routes.ts'
import { createLeaveAlone } from './sync/leave-alone.ts'
import { createNumberUrls } from './sync/number-urls.ts'
import { createCompareSettings } from './sync/settings-difference.ts'
import { createSync } from './sync/sync-number.ts'
import { createSyncStore } from './sync/sync-store.ts'
import { createSyncDue } from './sync/sync-worker.ts'
import { createFindTakenTexts } from './sync/taken-texts.ts'
import { createReadCarriers } from './trace/read-carriers.ts'
import { createExplainRoutes } from './trace/routes.ts'
import { createExplain } from './trace/trace.ts'
import { createExplainStore } from './trace/trace-store.ts'

export type PhoneNumbers = ReturnType<typeof createPhoneNumbers>

/** Everything that buys, configures, gives out and takes back numbers. */
export function createPhoneNumbers(infrastructure: Infrastructure) {
  const { config, log, db, telephony, voiceAgents, takesToken, background } = infrastructure
  const { agentId } = config.elevenLabs
  const waitMs = config.organizations.signupWaitMs
  const { publicUrl } = config
  const tokenHash = tokenHashOf(config.twilio)
  const previous = previousTokenOf(config.twilio)
  const manualImport = config.numbers.import === 'manual'
  const serverSettings = {
    ...config.orders,
    inboundVoice: config.voice.inbound,
    agentId,
    publicUrl,
  }

  const routing = createNumberUrls({
    publicUrl,
    voiceFallbackUrl: config.numbers.voiceFallbackUrl,
    inboundVoice: config.voice.inbound,
    agents: voiceAgents,
  })
  const compareSettings = createCompareSettings({
    isVoiceUrl: voiceAgents.isVoiceUrl,
    routes: routing,
  })
  const findTakenTexts = createFindTakenTexts({ telephony, routes: routing })
  const leaveAlone = createLeaveAlone(db)
  const sync = createSync({
    telephony,
    voiceAgents,
    compare: compareSettings,
    noteImportUrls: createNoteImportUrls(db),
  })
  const syncDue = createSyncDue({
    ...config.orders,
    store: createSyncStore(db, serverSettings),
    sync,
    leaveAlone,
    agentId,
    waitMs,
    background,
    log: log.child({ name: 'sync' }),
  })
  const orders = createOrderStore(db, {
    ...serverSettings,
    purchaseDailyLimits: config.numbers.purchaseDailyLimits,
  })
  const numbers = createPhoneNumberStore(db, {
    ...config.orders,
    tokenHash,
    previousHash: previous?.hash ?? null,
    publicUrl,
  })
  const runner = createOrderRunner({
    ...config.orders,
    store: orders,
    telephony,
    voiceAgents,
    sync,
    leaveAlone,
    routes: routing,
    log: log.child({ name: 'orders' }),
    agentId,
    manualImport,
    tokenHash,
    hasFormerToken: previous !== undefined,
    usSmsStatus: config.numbers.usSmsStatus,
  })
  const runWithin = createRunWithin({ runner, background, log, pollMs: config.orders.pollMs })
  const followOrder = createFollowOrder({ orders, runWithin, waitMs, log })
  const pool = createPoolStore(db, { ...config.pool, spending: config.spending })
  const activate = createActivate({
    numbers,
    voiceAgents,
    runner,
    syncNumber: syncDue.tryNumber,
    stopping: background.stopping,
  })
  const quarantine = createQuarantine({
    store: createQuarantineStore(db, config.releases),
    syncNumber: syncDue.ofNumber,
    runWithin,
    waitMs,
    log,
  })

  const addNumber = createAddNumber({
    pool,
    orders,
    runWithin,
    syncNumber: syncDue.ofNumber,
    waitMs,
    log,
  })
  const releaseDue = createReleaseDue({
    ...config.orders,
    store: createReleaseStore(db, { ...config.orders, publicUrl }),
    releaseAtCarriers: createReleaseAtCarriers({ telephony, voiceAgents, routes: routing }),
    leaveAlone,
    log: log.child({ name: 'release' }),
  })
  const replenishPool = createPoolKeeper({ ...config.pool, pool, log: log.child({ name: 'pool' }) })
  const enterNumber = createEnterNumber({
    telephony,
    voiceAgents,
    numbers,
    followOrder,
    usSmsStatus: config.numbers.usSmsStatus,
  })
  const renewImports = createRenewImports({
    store: createRenewalStore(db, {
      tokenHash,
      previousHash: previous?.hash ?? null,
      publicUrl,
      manualImport,
      atOnce: config.orders.concurrency,
    }),
    takesToken,
    authToken: config.twilio.authToken,
    previous,
    manualImport,
    syncDue: syncDue.tick,
    log: log.child({ name: 'imports' }),
  })
  const reportInactive = createReportInactive({ ...config.inactive, db, log })

  return {
    runner,
    runWithin,
    orders,
    routing,
    compareSettings,
    findTakenTexts,
    syncDue,
    leaveAlone,
    releaseDue,
    replenishPool,
    renewImports,
    reportInactive,
    enterNumber,
    followQuarantine: quarantine.followQuarantine,
    importForCalling: createImportForCalling({ orders, runWithin, waitMs }),
    routes: [
      ...createPhoneNumberRoutes({ numbers, activate }),
      ...createNumberSettingsRoutes({ numbers, spending: config.spending }),
      ...createAnotherNumberRoutes({ addNumber }),
      ...createPoolRoutes({
        pool,
        purchaseBatch: createPurchaseBatch({
          pool,
          runner,
          waitMs: config.pool.batchWaitMs,
          pollMs: config.orders.pollMs,
          background,
          log,
        }),
        activateBatch: createActivateBatch({ ...config.orders, activate, log }),
        goals: config.pool,
      }),
      ...createProvisionRoutes({
        provision: createProvision({ ...config.orders, store: createProvisionStore(db), log }),
      }),
      ...createManualRoutes({
        assign: createAssign({ numbers, followOrder }),
        enterNumber,
      }),
      ...createQuarantineRoutes(quarantine),
      ...createOrderRoutes({ orders, runWithin, waitMs }),
      ...createExplainRoutes({
        explain: createExplain({
          store: createExplainStore(db),
          routes: routing,
          readCarriers: createReadCarriers({
            telephony,
            voiceAgents,
            compare: compareSettings,
            findTakenTexts,
            deadlineMs: config.twilio.timeoutMs,
            isAnswered: (number) => routing.answering(number) !== 'nobody',
          }),
          agentId,
          defaultOrganizationName: config.organizations.defaultName,
          askedBeforeCalls: infrastructure.askedBeforeCalls,
          answeredElsewhere: infrastructure.answeredElsewhere,
          hasOneAddress: config.addresses.length === 1,
        }),
      }),
    ],
    loops: [
      { name: 'orders', ...config.orders, tick: runner.tick },
      { name: 'sync', ...config.orders, tick: syncDue.tick },
      { name: 'release', ...config.releases, tick: releaseDue.tick },
      { name: 'imports', everyMs: RENEWAL_INTERVAL_MS, work: renewImports },
      { name: 'pool', everyMs: config.pool.intervalMs, work: replenishPool },
      ...(config.inactive.days > 0
        ? [{ name: 'inactive', everyMs: config.inactive.intervalMs, work: reportInactive }]
        : []),
    ],
  }
}
