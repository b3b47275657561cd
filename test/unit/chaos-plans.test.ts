import { describe, expect, test } from 'vitest'
import { makePlan } from '../../chaos/make-plan.ts'
import type { Disturbance, Plan } from '../../chaos/plan.ts'

const NEW: Disturbance['kind'][] = [
  'wrong_sweep',
  'refused_one',
  'refused_all',
  'rotate',
  'change_voice',
]

/** What a plan has besides disturbances. */
const CIRCUMSTANCES: [string, (plan: Plan) => boolean][] = [
  ['manual imports', ({ isManual }) => isManual === true],
  ['pages of few rows', ({ pageSize }) => pageSize !== undefined],
  ['listeners', ({ listens }) => listens !== undefined],
  ['listeners that misbehave', ({ listens = [] }) => listens.length > 0],
  ['a month’s end', ({ endsMonth }) => endsMonth === true],
  ['questions', ({ actions }) => actions.some(({ kind }) => kind === 'question')],
  ['people who take over', ({ actions }) => actions.some(({ kind }) => kind === 'hand_over')],
  [
    'databases that go back around an answer',
    ({ disturbances }) =>
      disturbances.some((each) => each.kind === 'go_back' && each.around !== undefined),
  ],
  ['Messaging Services', ({ actions }) => actions.some(({ kind }) => kind === 'give_service')],
]

const seeds = (first: number, count: number) =>
  Array.from({ length: count }, (_, index) => first + index)

/** What a hundred plans have of it. */
const namesIn = (first: number) =>
  seeds(first, 100)
    .flatMap((seed) => makePlan(seed).disturbances)
    .map((each) => {
      if (each.kind === 'wrong_sweep') return each.fault
      return each.kind === 'rotate' ? each.what : each.kind
    })

describe('the plans of a hundred seeds', () => {
  test('made twice, are the same', () => {
    for (const seed of seeds(701, 100)) expect(makePlan(seed)).toEqual(makePlan(seed))
  })

  test('that were played before there were trials, have none', () => {
    const kinds = new Set(
      seeds(501, 100).flatMap((seed) => makePlan(seed).disturbances.map(({ kind }) => kind)),
    )

    expect(NEW.filter((kind) => kinds.has(kind))).toEqual([])
  })

  test.each(CIRCUMSTANCES)(
    'before the first trials, have no %s; from 701 on, at least five times',
    (_, isSo) => {
      const counted = (first: number) => seeds(first, 100).map(makePlan).filter(isSo).length

      expect(counted(501)).toBe(0)
      expect(counted(701)).toBeGreaterThanOrEqual(5)
    },
  )

  test.each([
    'empty_list',
    'repeated_page',
    'endless_pages',
    'garbage',
    'huge',
    'refused_one',
    'refused_all',
    'twilio_token',
    'elevenlabs_secret',
    'elevenlabs_key',
    'elevenlabs_signature',
    'change_voice',
  ])('from 701 on, have %s at least five times', (name) => {
    expect(namesIn(701).filter((each) => each === name).length).toBeGreaterThanOrEqual(5)
  })

  test.each(['refused_one', 'refused_all'])(
    'from 701 on, have %s by each carrier with each of its refusals',
    (name) => {
      const refusals = seeds(701, 100)
        .flatMap((seed) => makePlan(seed).disturbances)
        .flatMap((each) =>
          each.kind === name && 'status' in each ? [`${each.carrier} ${each.status}`] : [],
        )

      expect([...new Set(refusals)].sort()).toEqual([
        'elevenlabs 401',
        'elevenlabs 403',
        'elevenlabs 404',
        'twilio 401',
        'twilio 403',
        'twilio 404',
      ])
    },
  )

  test('from 701 on, have each polled list with each wrong answer', () => {
    const wrong = new Set(
      seeds(701, 100)
        .flatMap((seed) => makePlan(seed).disturbances)
        .flatMap((each) => (each.kind === 'fault' ? [`${each.operation} ${each.fault}`] : [])),
    )
    const lists = ['messages.list', 'calls.list', 'conversations.list']
    const faults = ['empty_list', 'repeated_page', 'endless_pages', 'garbage', 'huge']
    const wanted = lists.flatMap((list) => faults.map((fault) => `${list} ${fault}`))

    expect(wanted.filter((each) => !wrong.has(each))).toEqual([])
  })
})
