import { beforeAll, describe, expect, test } from 'vitest'
import { MESSAGES } from '../../src/notifications/message-of.ts'
import { NotificationType } from '../../src/notifications/notification.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { factsFromElsewhere, proseInFacts, unknownFacts } from './sql/fact-rules.ts'
import { type Piece, readSql, readSqlFolder } from './sql/read-sql.ts'

/** Facts that are put together apart from the call that raises them, and their types. */
const BESIDE = {
  'functions/calls/not-routed.sql': ['call_routing_failed'],
  'functions/calls/unended.sql': ['post_call_missed'],
  'functions/messages/unread-outcome.sql': ['sms_routing_failed'],
  'functions/shared/refused-arrivals.sql': [
    'sms_routing_failed',
    'call_routing_failed',
    'post_call_missed',
  ],
  'functions/phone-numbers/stock/low.sql': ['pool_low'],
}

/** Files that raise what one of those says. */
const FROM_ELSEWHERE = [
  'functions/calls/not-routed.sql',
  'functions/calls/polling.sql',
  'functions/messages/lookups.sql',
  'functions/phone-numbers/pool/replenish.sql',
  'functions/phone-numbers/stock/low.sql',
  'functions/shared/refused-arrivals.sql',
]

const raising = (call: string) =>
  readSql(
    'planted.sql',
    `create function private.f() returns void language sql as $$\nselect ${call}\n$$;`,
  )

describe('what SQL says of a notification', () => {
  let pieces: Piece[]
  beforeAll(async () => {
    pieces = await readSqlFolder(MIGRATIONS)
  })

  test('is facts, and no sentence', () => {
    expect(proseInFacts(pieces)).toEqual([])
  })

  test('is what the words of its type and cause need, no more and no less', () => {
    expect(unknownFacts(pieces, MESSAGES, BESIDE)).toEqual([])
  })

  test('is written where it is raised, but for the files that are named here', () => {
    const files = factsFromElsewhere(pieces)

    expect(files.toSorted()).toEqual(FROM_ELSEWHERE)
  })

  test('is said by somebody, for each type and cause that has words', () => {
    const texts = new Set(
      pieces
        .filter(({ file }) => file.startsWith('functions/'))
        .flatMap(({ tree }) => JSON.stringify(tree).match(/(?<="sval":")\w+(?=")/g) ?? []),
    )
    const causes = Object.entries(MESSAGES).flatMap(([type, causes]) =>
      Object.keys(causes).map((cause) => cause || type),
    )

    // Which of these, the server says (webhooks/refusal-watch.ts).
    expect(causes.filter((name) => !texts.has(name))).toEqual(['signature', 'time'])
  })

  test.each([
    ['a sentence', "private.notify('pool_low', 'x', jsonb_build_object('error', 'Buy some.'))"],
    ['a format', "private.notify_state('pool_low', 'x', to_jsonb(format('Buy %s.', 1)))"],
  ])('planted as %s, is found', async (_, call) => {
    expect(proseInFacts(await raising(call))).toEqual([expect.stringMatching(/^planted.sql:2 has/)])
  })

  test.each([
    ['one too few', "'unheld', 'number', p_to"],
    ['one too many', "'unheld', 'number', p_to, 'is_ours', true, 'sid', p_sid"],
    ['an unknown cause', "'unhold', 'number', p_to, 'is_ours', true"],
  ])('planted with %s, is found', async (_, facts) => {
    const call = `private.notify('sms_routing_failed', 'x', jsonb_build_object('cause', ${facts}))`

    expect(unknownFacts(await raising(call), MESSAGES, {})).toHaveLength(1)
  })

  test('has words for every type', () => {
    expect(Object.keys(MESSAGES).toSorted()).toEqual(NotificationType.options.toSorted())
  })
})
