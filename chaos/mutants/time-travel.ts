import type { Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { forgetful } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

const back = {
  at: 0,
  kind: 'go_back',
  deployment: 0,
  ms: 0,
  by: 'backup',
  isKilled: false,
} as const

/** The backup knows of an order that had bought nothing then. */
const orderForgets: Plan = {
  ...quiet,
  actions: [signUp(0)],
  disturbances: [
    {
      at: 0,
      kind: 'fault',
      carrier: 'twilio',
      operation: 'availablePhoneNumbers.list',
      fault: 'error',
      status: 503,
      // Until the backup is there.
      times: 10_000,
    },
    { ...back, around: 'purchase', isOutdated: false },
  ],
}

/** The backup knows of a quarantine, which its organization ended later by taking the number back. */
const takenBackLater: Plan = {
  ...quiet,
  voice: 'server',
  actions: [signUp(0)],
  disturbances: [{ ...back, around: 'return', isOutdated: true }],
}

/** Of a database that goes back in time. */
export const ofTimeTravel: Mutant[] = [
  {
    defect: 'an order of a restored backup buys without a look at what it has bought',
    raises: 'doublePurchases',
    telephony: forgetful,
    sound: {},
    plan: orderForgets,
  },
  {
    defect: 'a number is marked as given up however long ago it was',
    raises: 'liveReleased',
    sql: replaceIn(
      'private.number_mark',
      "p.mark_seen_at is null and p.quarantined_at > clock_timestamp() - interval ''1 day''",
      'true',
    ),
    // It is released by a second attempt, for which the first one's lease has to end: four times as long.
    settings: (now) => ({ ...now, CARRIER_TIMEOUT_MS: '5000' }),
    sound: {},
    plan: takenBackLater,
  },
]
