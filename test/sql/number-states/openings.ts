import { begin } from './beginning.ts'
import { callOut } from './calls.ts'
import { addOne, assign, signUp } from './giving.ts'
import { type Act, takeStep } from './step.ts'
import { release, restore, setStatus } from './taking.ts'
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

const ALL = 99
/** Row of the number that the first organization has. */
const HELD = 0
/** Row of a number in the pool, and the choice of acts that falls on it. */
const POOLED = 2
const THE_POOLED = 4 * POOLED
const criteria = { areaCode: '416', only: true }
const only604 = { areaCode: '604', only: true }
const only778 = { areaCode: '778', only: true }

const suspend = setStatus(0, 'suspended')
const giveUp = release(1, 'operator')
const ordered = [addOne(1, criteria), addOne(1, criteria)]
const inDoubt = [...ordered, workOnOrder(ALL, ['well', 'late'])]
const abandoned = [...inDoubt, wait(65), workOnOrder(ALL, ['well', 'refused'])]
const quarantineOver = [giveUp, sync(ALL, false), wait(15 * 86_400)]

/**
 * Situations that chance alone would seldom bring, by the steps that lead there, each checked like
 * any other. An array in a step's place: at once.
 */
export const OPENINGS: Record<string, (Act | Act[])[]> = {
  'as it is': [],
  'two organizations with numbers': [assign(1, 1)],
  'a number whose quarantine is over': quarantineOver,
  'a number given up, and the release loop comes': [
    giveUp,
    sync(ALL, false),
    releaseAtCarriers(ALL, false),
  ],
  'a number restored while it is about to be released': [
    ...quarantineOver,
    releaseAtCarriers(1, false),
    restore(1, 'operator'),
    goOn(0, ALL),
  ],
  'a number about to be released': [...quarantineOver, releaseAtCarriers(1, false)],
  'a number half released': [...quarantineOver, releaseAtCarriers(2, false)],
  'a number released': [...quarantineOver, releaseAtCarriers(ALL, false)],
  'a purchase without an answer': [...inDoubt, decide(0, 'cancel')],
  'a purchase without a record': [...ordered, workOnOrder(2, []), wait(65)],
  'a purchase given up, which arrives': [...abandoned, arrive],
  'a purchase canceled, which arrives': [...abandoned, decide(0, 'cancel'), arrive],
  'a second purchase, and the first arrives': [...inDoubt, wait(65), workOnOrder(ALL, []), arrive],
  'manual imports': [
    buyBatch(2, criteria),
    workOnOrder(ALL, ['well', 'manual']),
    workOnOrder(ALL, ['well', 'manual']),
  ],
  'a lost number in the pool, and somebody wants it': [lose(1), reconcile(ALL), signUp(only604)],
  'a number back in the pool, and somebody wants it': [
    release(THE_POOLED, 'operator'),
    restore(1, 'operator'),
    signUp(only778),
  ],
  'a lost import, half repaired, and somebody wants its number': [
    loseImport(POOLED),
    workOnOrder(4, []),
    signUp(only778),
  ],
  'a number whose import is lost, and its organization calls': [loseImport(HELD), callOut(0)],
  'many who want the last number': [
    [
      signUp(criteria),
      signUp(criteria),
      signUp(criteria),
      addOne(0, criteria),
      addOne(1, criteria),
    ],
  ],
  'suspended and resumed while it is synced': [
    suspend,
    sync(1, false),
    setStatus(0, 'active'),
    goOn(0, ALL),
  ],
  'suspended while it is given a number': [[addOne(0, { ...criteria, only: false }), suspend]],
  'a call from a number given up at once': [[callOut(0), giveUp]],
}

/** Plays an opening, from an empty database. */
export async function open(world: World, opening: string): Promise<void> {
  await begin(world)
  for (const step of OPENINGS[opening] ?? []) await takeStep(world, [step].flat())
}
