import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import { tokenHashOf } from '../phone-numbers/imports/token-hash.ts'
import type { PhoneNumbers } from '../phone-numbers/module.ts'
import { createConfirm } from './confirm-discrepancy.ts'
import { createDriftOf } from './drift.ts'
import { createFindAddressElsewhere } from './elsewhere/address.ts'
import { createFindAskedElsewhere } from './elsewhere/asked.ts'
import { createFindTextsElsewhere } from './elsewhere/texts.ts'
import { createIsOurs } from './is-ours.ts'
import { createReconcile, RECONCILE_LEASE } from './reconcile.ts'
import { createReconcileStore } from './reconcile-store.ts'
import { createRepair } from './repair.ts'
import { createReconcileRoutes } from './routes.ts'
import { createSweep } from './sweep.ts'

/** Compares the numbers here with those at the carriers, and mends what differs. */
export function createReconcileModule(
  {
    config,
    db,
    telephony,
    voiceAgents,
    askedBeforeCalls,
    answeredElsewhere,
    background,
    log,
  }: Infrastructure,
  { routing, compareSettings, findTakenTexts, syncDue, leaveAlone }: PhoneNumbers,
) {
  const { agentId } = config.elevenLabs
  const { publicUrl } = config
  const store = createReconcileStore(db, {
    ...config.releases,
    publicUrl,
    agentId,
    tokenHash: tokenHashOf(config.twilio),
    inboundVoice: config.voice.inbound,
  })
  const driftOf = createDriftOf({ compare: compareSettings, routes: routing, agentId })
  const reconcile = createReconcile({
    db,
    leaseMs: config.orders.leaseMs,
    store,
    sweep: createSweep({
      store,
      telephony,
      voiceAgents,
      driftOf,
      isOurs: createIsOurs(routing),
      confirm: createConfirm({ telephony, voiceAgents, driftOf }),
      repair: createRepair({
        store,
        syncDue: syncDue.tick,
        leaveAlone,
        usSmsStatus: config.numbers.usSmsStatus,
        log: log.child({ name: 'reconcile' }),
      }),
      askedElsewhere: createFindAskedElsewhere({
        askedBeforeCalls,
        routes: routing,
        agentId,
      }),
      manualImport: config.numbers.import === 'manual',
      textsElsewhere: createFindTextsElsewhere({ findTakenTexts }),
      addressElsewhere: createFindAddressElsewhere(answeredElsewhere),
    }),
    everyMs: config.reconcile.intervalMs,
    stopping: background.stopping,
    log: log.child({ name: 'reconcile' }),
  })
  return {
    reconcile,
    reconcileReports: store,
    routes: createReconcileRoutes({ reconcile, reconcileReports: store }),
    loops: [{ name: RECONCILE_LEASE, everyMs: config.reconcile.intervalMs, work: reconcile.work }],
  }
}
