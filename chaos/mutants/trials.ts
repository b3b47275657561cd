import type { Carrier, Disturbance, Plan } from '../plan.ts'
import { replaceIn } from '../variant.ts'
import { believing, contented, resigning, stoppingEarly } from './broken-lists.ts'
import { hopeful } from './broken-telephony.ts'
import { type Mutant, quiet, signUp } from './mutant.ts'

/** Two numbers, of which a page has one: whatever is left out at the end is missed. */
const twoNumbers = { ...quiet, pageSize: 1, actions: [signUp(0), signUp(0)] }

const LISTS = { twilio: 'incomingPhoneNumbers.list', elevenlabs: 'phoneNumbers.list' }

/** A sweep asks a carrier for the numbers, and what it gets is wrong. */
const wronglyListed = (carrier: Carrier, fault: string, times: number): Plan => ({
  ...twoNumbers,
  disturbances: [
    {
      at: 0,
      kind: 'wrong_sweep',
      deployment: 0,
      carrier,
      operation: LISTS[carrier],
      fault,
      times,
      afterSignUps: true,
    },
  ],
})

const disturbed = (...disturbances: Disturbance[]): Plan => ({ ...twoNumbers, disturbances })

const allRefused = (carrier: Carrier, status: number) =>
  disturbed({ at: 0, kind: 'refused_all', carrier, status, times: 2, afterSignUps: true })

const oneRefused = (carrier: Carrier, status: number) =>
  disturbed({
    at: 0,
    kind: 'refused_one',
    deployment: 0,
    carrier,
    status,
    times: 4,
    afterSignUps: true,
  })

/** What counts as gone once is never seen again. */
const numbersForGood = replaceIn(
  'public.mark_ghosts',
  'where id = any (p_present) and',
  'where false and',
)
const importsForGood = `
  ${replaceIn('public.order_import', "set import_state = case when p.elevenlabs_phone_id is not null then ''gone'' end", 'set elevenlabs_phone_id = null')};
  ${replaceIn('public.order_import', 'perform private.order_import_of(v_number)', 'perform 1')}`

type Broken = typeof believing

/** A product that takes numbers at Twilio for gone that are there, and for good. */
const losesNumbers = (defect: string, { twilio }: Broken, plan: Plan): Mutant => ({
  defect,
  raises: 'writtenOff',
  ...twilio,
  sql: numbersForGood,
  sound: {},
  plan,
})

/** One that forgets imports at ElevenLabs that are there, and for good. */
const losesImports = (defect: string, { elevenlabs }: Broken, plan: Plan): Mutant => ({
  defect,
  raises: 'wrongSettings',
  ...elevenlabs,
  sql: importsForGood,
  sound: {},
  plan,
})

/** Both, of a list that is wrong in one way at either carrier. */
const losesEither = (
  broken: Broken,
  fault: string,
  times: number,
  defects: { numbers: string; imports: string },
): Mutant[] => [
  losesNumbers(defects.numbers, broken, wronglyListed('twilio', fault, times)),
  losesImports(defects.imports, broken, wronglyListed('elevenlabs', fault, times)),
]

/** Of carriers whose answers are wrong, and of a voice that changes. */
export const ofTrials: Mutant[] = [
  ...losesEither(believing, 'empty_list', 2, {
    numbers: 'a number that one list lacked is written off for good',
    imports: 'an import that one list lacked is forgotten for good',
  }),
  ...losesEither(contented, 'garbage', 20, {
    numbers: 'an HTML page instead of a list is taken for an empty one',
    imports: 'an HTML page instead of a list of imports is taken for an empty one',
  }),
  ...losesEither(contented, 'huge', 20, {
    numbers: 'blanks without end instead of a list are taken for an empty one',
    imports: 'blanks without end instead of a list of imports are taken for an empty one',
  }),
  ...losesEither(contented, 'repeated_page', 20, {
    numbers: 'a page that comes again is taken for the last',
    imports: 'a page of imports that comes again is taken for the last',
  }),
  ...losesEither(stoppingEarly, 'endless_pages', 200, {
    numbers: 'pages without end are read as far as seems enough',
    imports: 'pages of imports without end are read as far as seems enough',
  }),
  ...[401, 403, 404].flatMap((status) => [
    losesNumbers(
      `a ${status} of Twilio’s to everything means that it has nothing`,
      contented,
      allRefused('twilio', status),
    ),
    losesImports(
      `a ${status} of ElevenLabs’ to everything means that it has nothing`,
      contented,
      allRefused('elevenlabs', status),
    ),
    losesNumbers(
      `a ${status} about one number means that it is gone`,
      resigning,
      oneRefused('twilio', status),
    ),
    losesImports(
      `a ${status} about one import means that it is gone`,
      resigning,
      oneRefused('elevenlabs', status),
    ),
  ]),
  {
    defect: 'whoever is to answer from now on counts as told before he is',
    raises: 'wrongSettings',
    telephony: hopeful,
    sound: {},
    plan: {
      ...quiet,
      actions: [signUp(0)],
      disturbances: [{ at: 0, kind: 'change_voice', deployment: 0, afterSignUps: true }],
    },
  },
]
