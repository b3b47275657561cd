import { createActivate } from '../phone-numbers/activation.ts'
import { createAssign } from '../phone-numbers/assignment.ts'
import { createExplain } from '../phone-numbers/explain.ts'
import { createExplainStore } from '../phone-numbers/explain-store.ts'
import { createFollowOrder } from '../phone-numbers/follow-order.ts'
import { createGiveBack } from '../phone-numbers/give-back.ts'
import { createImportForCalling } from '../phone-numbers/import-for-calling.ts'
import { createReportInactive } from '../phone-numbers/inactive-numbers.ts'
import { createLeaveAlone } from '../phone-numbers/leave-alone.ts'
import { createEnterNumber } from '../phone-numbers/manual-entry.ts'
import { createOrderRunner } from '../phone-numbers/order-runner.ts'
import { createOrderStore } from '../phone-numbers/order-store.ts'
import { createPhoneNumberStore } from '../phone-numbers/phone-number-store.ts'
import { createObtainNumber } from '../phone-numbers/pool/another-number.ts'
import { createActivateBatch } from '../phone-numbers/pool/batch-activation.ts'
import { createPurchaseBatch } from '../phone-numbers/pool/batch-purchase.ts'
import { createPoolKeeper } from '../phone-numbers/pool/pool-keeper.ts'
import { createPoolStore } from '../phone-numbers/pool/pool-store.ts'
import { createProvision } from '../phone-numbers/pool/provision.ts'
import { createProvisionStore } from '../phone-numbers/pool/provision-store.ts'
import { createRunWithin } from '../phone-numbers/purchase.ts'
import { createQuarantine } from '../phone-numbers/quarantine.ts'
import { createQuarantineStore } from '../phone-numbers/quarantine-store.ts'
import { createReleaseDue } from '../phone-numbers/release-due.ts'
import { createReleaseStore } from '../phone-numbers/release-store.ts'
import { createRoutes } from '../phone-numbers/routing.ts'
import { createCompareSettings } from '../phone-numbers/settings-difference.ts'
import { createSettle } from '../phone-numbers/settle.ts'
import { createSettleDue } from '../phone-numbers/settle-due.ts'
import { createSettleStore } from '../phone-numbers/settle-store.ts'
import { createConfirm } from '../reconcile/confirm.ts'
import { createDriftOf } from '../reconcile/drift.ts'
import { createIsOurs } from '../reconcile/is-ours.ts'
import { createReconcile } from '../reconcile/reconcile.ts'
import { createReconcileStore } from '../reconcile/reconcile-store.ts'
import { createRepair } from '../reconcile/repair.ts'
import { createSweep } from '../reconcile/sweep.ts'
import type { Foundation } from './foundation.ts'

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
