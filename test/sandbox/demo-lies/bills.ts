import type { Lie } from '../../support/replay.ts'
import type { Lies } from './lies.ts'

const ofDealer = /\/organizations\/[^/]+\/usage$/
const ofAll = /\/admin\/usage$/
const ownCosts =
  'X pays for its number, and for its own texts, calls and conversations, spoken and written'
const allCosts =
  'dealers and idle stock together cost what the carriers took, to a ten-thousandth of a cent'

type Change = Lie['change']

/** A ten-thousandth of a cent, in each place where it could be. */
const excesses: [circumstance: string, change: Change][] = [
  ['a number costs more', ({ numbers }) => numbers.cost++],
  ['the texts cost more', ({ messages }) => messages.cost++],
  ['the calls cost more', ({ calls }) => calls.cost++],
  ['the conversations cost more', ({ calls }) => calls.agent_cost++],
  ['the answered texts cost more', ({ text_replies: replies }) => replies.cost++],
]

/** The report of all that is told, not those that are waited for. */
const reported = (change: Change): Lie => ({ to: ofAll, after: ofDealer, change })

export const billsLies: Lies = [
  ...[0, 1].flatMap(
    (dealer): Lies => [
      ...excesses.map(([circumstance, change]): Lies[number] => [
        ownCosts,
        `${circumstance} at dealer ${dealer}`,
        { to: ofDealer, change: (usage, nth) => nth === dealer && change(usage, nth) },
      ]),
      [
        ownCosts,
        `the total is more at dealer ${dealer}`,
        { to: ofDealer, change: (usage, nth) => nth === dealer && usage.total++ },
      ],
    ],
  ),
  [
    'no price is estimated any more',
    'one is',
    reported((all) => {
      all.estimated = true
    }),
  ],
  ...excesses.map(([circumstance, change]): Lies[number] => [
    allCosts,
    circumstance,
    reported(({ idle }, nth) => change(idle, nth)),
  ]),
  [allCosts, 'a dealer is left out', reported(({ organizations }) => organizations.pop())],
  [allCosts, 'the total is more', reported((all) => all.total++)],
]
