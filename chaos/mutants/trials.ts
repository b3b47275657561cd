import type { Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { believing, contented, hopeful } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** A sweep asks Twilio for the numbers, and what it gets is wrong. */
const wronglyListed = (fault: string, times: number): Plan => ({
  ...quiet,
  actions: [signUp(0)],
  disturbances: [
    {
      at: 0,
      kind: 'wrong_sweep',
      deployment: 0,
      carrier: 'twilio',
      operation: 'incomingPhoneNumbers.list',
      fault,
      times,
    },
  ],
})

/** What counts as gone once is never seen again. */
const forGood = replaceIn('public.mark_ghosts', 'id = any (p_present) and', 'false and')

/** Of carriers whose answers are wrong, and of a voice that changes. */
export const ofTrials: Mutant[] = [
  {
    defect: 'a number that one list lacked is written off for good',
    raises: 'writtenOff',
    telephony: believing,
    sql: forGood,
    sound: {},
    plan: wronglyListed('empty_list', 2),
  },
  {
    defect: 'an HTML page instead of a list is taken for an empty one',
    raises: 'writtenOff',
    telephony: contented,
    sql: forGood,
    sound: {},
    plan: wronglyListed('garbage', 20),
  },
  {
    defect: 'blanks without end instead of a list are taken for an empty one',
    raises: 'writtenOff',
    telephony: contented,
    sql: forGood,
    sound: {},
    plan: wronglyListed('huge', 20),
  },
  {
    defect: 'whoever is to answer from now on counts as told before he is',
    raises: 'wrongSettings',
    telephony: hopeful,
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(0)],
      disturbances: [{ at: 2_000, kind: 'change_voice', deployment: 0 }],
    },
  },
]
