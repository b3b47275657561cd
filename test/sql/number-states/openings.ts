import { assign, obtain } from './giving.ts'
import type { Act } from './step.ts'
import { release, restore, setStatus } from './taking.ts'
import { callOut } from './traffic.ts'
import {
  arrive,
  buyBatch,
  decide,
  giveBack,
  goOn,
  lose,
  loseImport,
  reconcile,
  settle,
  wait,
  workOnOrder,
} from './working.ts'

const ALL = 99
/** Row of a number in the pool, and the choice of acts that falls on it. */
const POOLED = 2
const THE_POOLED = 4 * POOLED
const wish = { areaCode: '416', only: true }

const suspend = setStatus(0, 'suspended')
const giveUp = release(1, 'operator')
const ordered = [obtain(1, wish), obtain(1, wish)]
const inDoubt = [...ordered, workOnOrder(ALL, ['well', 'late'])]
const abandoned = [...inDoubt, wait(65), workOnOrder(ALL, ['well', 'refused'])]
const quarantineOver = [giveUp, settle(ALL, false), wait(15 * 86_400)]

/**
 * Situations that chance alone would seldom bring, by the steps that lead there, each checked like
 * any other. An array in a step's place: at once.
 */
export const OPENINGS: Record<string, (Act | Act[])[]> = {
  'as it is': [],
  'two organizations with numbers': [assign(1, 1)],
  'a number whose quarantine is over': quarantineOver,
  'a number about to be given back': [...quarantineOver, giveBack(1, false)],
  'a number half given back': [...quarantineOver, giveBack(2, false)],
  'a number given back': [...quarantineOver, giveBack(ALL, false)],
  'a purchase without an answer': [...inDoubt, decide(0, 'cancel')],
  'a purchase without a record': [...ordered, workOnOrder(2, []), wait(65)],
  'a purchase given up, which arrives': [...abandoned, arrive],
  'a purchase canceled, which arrives': [...abandoned, decide(0, 'cancel'), arrive],
  'a second purchase, and the first arrives': [...inDoubt, wait(65), workOnOrder(ALL, []), arrive],
  'imports by hand': [
    buyBatch(2, wish),
    workOnOrder(ALL, ['well', 'byHand']),
    workOnOrder(ALL, ['well', 'byHand']),
  ],
  'a lost number in the pool': [lose(1), reconcile(ALL)],
  'a number back in the pool': [release(THE_POOLED, 'operator'), restore(1, 'operator')],
  'a lost import, half mended': [loseImport(POOLED), workOnOrder(4, [])],
  'suspended and resumed while it is settled': [
    suspend,
    settle(1, false),
    setStatus(0, 'active'),
    goOn(0, ALL),
  ],
  'suspended while it is given a number': [[obtain(0, { ...wish, only: false }), suspend]],
  'a call from a number given up at once': [[callOut(0), giveUp]],
}
