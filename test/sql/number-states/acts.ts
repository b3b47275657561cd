import fc from 'fast-check'
import { callIn, callOut } from './calls.ts'
import { addOne, assign, signUp } from './giving.ts'
import { callEnds, retryDeferred, strangeCallEnds } from './late-events.ts'
import { activate, enter } from './manual.ts'
import { OPENINGS } from './openings.ts'
import type { Fortune } from './order-work.ts'
import { type Act, takeStep } from './step.ts'
import { type Asker, chooseDefault, release, restore, setStatus } from './taking.ts'
import { text } from './texts.ts'
import {
  arrive,
  buyBatch,
  decide,
  goOn,
  lose,
  loseImport,
  reconcile,
  releaseAtCarriers,
  sync,
  wait,
  workOnOrder,
} from './working.ts'
import type { World } from './world.ts'

const n = fc.nat(99)
const criteria = fc.record({
  areaCode: fc.constantFrom('604', '778', '416', null),
  only: fc.constantFrom(false, false, true),
})
const asker = fc.constantFrom<Asker>('operator', 'holder', 'holder', 'stranger')
const fortunes = fc.array(
  fc.constantFrom<Fortune>(
    'well',
    'well',
    'well',
    'late',
    'late',
    'taken',
    'fails',
    'refused',
    'manual',
  ),
  { maxLength: 5 },
)
/** As a rule all the way. */
const far = fc.constantFrom(1, 2, 3, 5, 99, 99, 99, 99)
const rarely = fc.constantFrom(false, false, false, true)
const status = fc.constantFrom<'active' | 'suspended'>('active', 'suspended')

const act: fc.Arbitrary<Act> = fc.oneof(
  { weight: 5, arbitrary: criteria.map(signUp) },
  { weight: 3, arbitrary: fc.tuple(n, criteria).map((args) => addOne(...args)) },
  { weight: 6, arbitrary: fc.tuple(n, n).map((args) => assign(...args)) },
  { weight: 2, arbitrary: fc.tuple(n, n, rarely).map((args) => enter(...args)) },
  { weight: 4, arbitrary: fc.tuple(n, fortunes).map((args) => activate(...args)) },
  { weight: 9, arbitrary: fc.tuple(n, asker).map((args) => release(...args)) },
  { weight: 6, arbitrary: fc.tuple(n, asker).map((args) => restore(...args)) },
  { weight: 3, arbitrary: fc.tuple(n, status).map((args) => setStatus(...args)) },
  { weight: 1, arbitrary: fc.tuple(n, n).map((args) => chooseDefault(...args)) },
  { weight: 5, arbitrary: fc.tuple(n, rarely).map((args) => text(...args)) },
  { weight: 6, arbitrary: n.map(callIn) },
  { weight: 2, arbitrary: n.map(callOut) },
  { weight: 3, arbitrary: n.map(callEnds) },
  { weight: 5, arbitrary: fc.tuple(n, n).map((args) => strangeCallEnds(...args)) },
  { weight: 1, arbitrary: fc.constant(retryDeferred) },
  { weight: 18, arbitrary: fc.tuple(far, fortunes).map((args) => workOnOrder(...args)) },
  { weight: 6, arbitrary: fc.tuple(far, rarely).map((args) => sync(...args)) },
  { weight: 5, arbitrary: fc.tuple(far, rarely).map((args) => releaseAtCarriers(...args)) },
  { weight: 4, arbitrary: far.map(reconcile) },
  { weight: 5, arbitrary: fc.tuple(n, far).map((args) => goOn(...args)) },
  {
    weight: 2,
    arbitrary: fc.tuple(fc.integer({ min: 1, max: 2 }), criteria).map((args) => buyBatch(...args)),
  },
  {
    weight: 5,
    arbitrary: fc
      .tuple(n, fc.constantFrom<'retry' | 'cancel'>('retry', 'cancel'))
      .map((args) => decide(...args)),
  },
  { weight: 4, arbitrary: fc.constant(arrive) },
  { weight: 1, arbitrary: n.map(lose) },
  { weight: 2, arbitrary: n.map(loseImport) },
)

/** A lease, a look, an hour, a quarantine. Nobody else acts meanwhile: workers go by the same clock. */
const pause = fc.constantFrom(65, 65, 3_700, 15 * 86_400, 15 * 86_400).map(wait)

/** One step: one act, or two to four at once. */
class Acts implements fc.AsyncCommand<object, World> {
  readonly acts: Act[]

  constructor(acts: Act[]) {
    this.acts = acts
  }

  check(): boolean {
    return true
  }

  run(_model: object, world: World): Promise<void> {
    return takeStep(world, this.acts)
  }

  toString(): string {
    return this.acts.map(({ label }) => label).join(' ‖ ')
  }
}

/** How a history begins. */
export const openings = fc.constantFrom(...Object.keys(OPENINGS))

/** What follows: sequences of steps. */
export const histories = fc.commands(
  [
    act.map((one) => new Acts([one])),
    act.map((one) => new Acts([one])),
    act.map((one) => new Acts([one])),
    fc.array(act, { minLength: 2, maxLength: 4 }).map((some) => new Acts(some)),
    fc.array(act, { minLength: 2, maxLength: 4 }).map((some) => new Acts(some)),
    pause.map((one) => new Acts([one])),
  ],
  { maxCommands: 25, size: 'max' },
)
