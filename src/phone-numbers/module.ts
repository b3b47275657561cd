import { createConfirm } from '../reconcile/confirm-discrepancy.ts'
import { createDriftOf } from '../reconcile/drift.ts'
import { createIsOurs } from '../reconcile/is-ours.ts'
import { createReconcile } from '../reconcile/reconcile.ts'
import { createReconcileStore } from '../reconcile/reconcile-store.ts'
import { createRepair } from '../reconcile/repair.ts'
import { createSweep } from '../reconcile/sweep.ts'
import type { Foundation } from '../server/infrastructure.ts'
import { createActivate } from './manual/activate-number.ts'
import { createAssign } from './manual/assign-number.ts'
import { createEnterNumber } from './manual/enter-number.ts'
import { createImportForCalling } from './orders/import-for-calling.ts'
import { createOrderRunner } from './orders/order-runner.ts'
import { createOrderStore } from './orders/order-store.ts'
import { createFollowOrder, createRunWithin } from './orders/run-order.ts'
import { createPhoneNumberStore } from './phone-number-store.ts'
import { createObtainNumber } from './pool/add-number.ts'
import { createActivateBatch } from './pool/batch-activation.ts'
import { createPurchaseBatch } from './pool/batch-purchase.ts'
import { createPoolStore } from './pool/pool-store.ts'
import { createPoolKeeper } from './pool/replenish-pool.ts'
import { createProvision } from './provisioning/provision.ts'
import { createProvisionStore } from './provisioning/provision-store.ts'
import { createReportInactive } from './quarantine/inactive-numbers.ts'
import { createQuarantine } from './quarantine/quarantine-number.ts'
import { createQuarantineStore } from './quarantine/quarantine-store.ts'
import { createGiveBack } from './quarantine/release-at-carriers.ts'
import { createReleaseStore } from './quarantine/release-store.ts'
import { createReleaseDue } from './quarantine/release-worker.ts'
import { createLeaveAlone } from './sync/leave-alone.ts'
import { createRoutes } from './sync/number-urls.ts'
import { createCompareSettings } from './sync/settings-difference.ts'
import { createSettle } from './sync/sync-number.ts'
import { createSettleStore } from './sync/sync-store.ts'
import { createSettleDue } from './sync/sync-worker.ts'
import { createExplain } from './trace/trace.ts'
import { createExplainStore } from './trace/trace-store.ts'

export type Numbers = ReturnType<typeof createNumbers>

/** Everything that buys, configures, gives out, takes back and compares numbers. */
export function createNumbers(foundation: Foundation) {
  const { config, log, db, telephony, voiceAgents, background } = foundation
  const { agentId } = config.elevenLabs
  const waitMs = config.organizations.signupWaitMs
  const { publicUrl } = config
  const serverSettings = {
    ...config.orders,
    inboundVoice: config.voice.inbound,
    agentId,
    publicUrl,
  }

  const routing = createRoutes({
    publicUrl,
    voiceFallbackUrl: config.numbers.voiceFallbackUrl,
    inboundVoice: config.voice.inbound,
    agents: voiceAgents,
  })
  const compareSettings = createCompareSettings({
    isVoiceUrl: voiceAgents.isVoiceUrl,
    routes: routing,
  })
  const leaveAlone = createLeaveAlone(db)
  const settle = createSettle({ telephony, voiceAgents, compare: compareSettings })
  const settleDue = createSettleDue({
    ...config.orders,
    store: createSettleStore(db, serverSettings),
    settle,
    leaveAlone,
    agentId,
    waitMs,
    background,
    log: log.child({ name: 'settle' }),
  })
  const orders = createOrderStore(db, {
    ...serverSettings,
    purchaseDailyLimit: config.numbers.purchaseDailyLimit,
  })
  const numbers = createPhoneNumberStore(db, config.orders)
  const runner = createOrderRunner({
    ...config.orders,
    store: orders,
    telephony,
    voiceAgents,
    settle,
    leaveAlone,
    routes: routing,
    log: log.child({ name: 'orders' }),
    agentId,
    importByHand: config.numbers.import === 'manual',
    usSmsStatus: config.numbers.usSmsStatus,
  })
  const runWithin = createRunWithin({ runner, background, log })
  const followOrder = createFollowOrder({ orders, runWithin, waitMs, log })
  const pool = createPoolStore(db, config.pool)
  const reconcileReports = createReconcileStore(db, {
    ...serverSettings,
    ...config.releases,
  })
  const driftOf = createDriftOf({ compare: compareSettings, routes: routing, agentId })
  const activate = createActivate({
    numbers,
    voiceAgents,
    runner,
    stopping: background.stopping,
  })
  const quarantine = createQuarantine({
    store: createQuarantineStore(db, config.releases),
    settleNumber: settleDue.ofNumber,
    runWithin,
    waitMs,
    log,
  })

  return {
    settle,
    settleDue,
    runner,
    runWithin,
    orders,
    numbers,
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
          leaveAlone,
          usSmsStatus: config.numbers.usSmsStatus,
        }),
      }),
      everyMs: config.reconcile.intervalMs,
      stopping: background.stopping,
      log: log.child({ name: 'reconcile' }),
    }),
    reconcileReports,
    activate,
    pool,
    purchaseBatch: createPurchaseBatch({
      pool,
      runner,
      waitMs: config.pool.batchWaitMs,
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
    releaseDue: createReleaseDue({
      ...config.orders,
      store: createReleaseStore(db, { ...config.orders, publicUrl }),
      giveBack: createGiveBack({ telephony, voiceAgents, routes: routing }),
      leaveAlone,
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
    importForCalling: createImportForCalling({ orders, runWithin, waitMs }),
  }
}
