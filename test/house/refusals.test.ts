import { beforeAll, describe, expect, test } from 'vitest'
import { fromDatabaseError } from '../../src/database/errors.ts'
import { EVERYBODYS_REFUSALS, OPERATORS_REFUSALS } from '../../src/database/refusals/refusals.ts'
import { MIGRATIONS } from '../support/migrations.ts'
import { constantsOf } from './sql/fact-rules.ts'
import { type Piece, readSql, readSqlFolder } from './sql/read-sql.ts'
import { faultsOf, type Raised, raisedIn, refusedUntil } from './sql/refusal-rules.ts'

const REFUSALS = { ...EVERYBODYS_REFUSALS, ...OPERATORS_REFUSALS }

/** What agents are told of a customer, by name: the product's first description has these. */
const LEAD_STATUSES = ['New Inquiry', 'Active Lead', 'Returning Customer']

/** Texts of two words or more, wherever SQL writes one: into a row, an answer or an error. */
const proseIn = (pieces: Piece[]) =>
  pieces.flatMap(({ file, tree }) =>
    constantsOf(tree)
      .filter((text) => /[a-z]+ [a-z]+/i.test(text) && !LEAD_STATUSES.includes(text))
      .map((text) => `${file}: ${text}`),
  )

const planted = (statement: string) =>
  readSql(
    'planted.sql',
    `create function private.f() returns void language plpgsql as $$\nbegin\n${statement};\nend $$;`,
  )

const raise = async (what: string) => raisedIn(await planted(`raise exception ${what}`))

describe('what an SQL function refuses', () => {
  let pieces: Piece[]
  let raised: Raised[]
  beforeAll(async () => {
    const all = await readSqlFolder(MIGRATIONS)
    pieces = all.filter(({ file }) => file.startsWith('functions/'))
    raised = [...(await raisedIn(pieces)), ...refusedUntil(pieces)]
  })

  test('is a reason and its facts, and no sentence', () => {
    expect(raised.length).toBeGreaterThan(100)
    expect(faultsOf(raised, REFUSALS)).toEqual([])
  })

  test('has no sentence beside it: SQL writes none anywhere', () => {
    expect(proseIn(pieces)).toEqual([])
  })

  test.each([
    ["update orgline.calls set failure_reason = 'The line was busy' where id = p_id"],
    ["perform private.f(jsonb_build_object('error', format('Call %s is over', p_id)))"],
  ])('planted as %s, is found as a sentence', async (statement) => {
    expect(proseIn(await planted(statement))).toHaveLength(1)
  })

  test('is left to whoever calls by one function alone', () => {
    const left = raised.filter(({ reason }) => reason === '%').map(({ at }) => at.split(':')[0])

    expect(left).toEqual(['functions/shared/room.sql'])
  })

  test('is one problem for each reason, which the server knows', () => {
    const codes = Map.groupBy(raised, ({ reason }) => reason)
    const several = [...codes].filter(([, each]) => new Set(each.map((r) => r.errcode)).size > 1)
    const unknown = raised.filter(
      ({ errcode }) =>
        errcode.startsWith('OL') &&
        fromDatabaseError({ code: errcode, message: '' }, 400).code === 'internal_error',
    )

    expect(several.map(([reason]) => reason)).toEqual([])
    expect(unknown).toEqual([])
  })

  test('is raised somewhere, for each reason that has words', () => {
    const reasons = new Set(raised.map(({ reason }) => reason))

    expect(Object.keys(REFUSALS).filter((reason) => !reasons.has(reason))).toEqual([])
  })

  test.each([
    ['a sentence', `'Agent % does not exist', p_id using errcode = 'OL070'`],
    ['an unknown reason', `'agent_lost' using errcode = 'OL070'`],
    ['a fact too few', `'agent_unknown' using errcode = 'OL070'`],
    [
      'a fact too many',
      `'agent_unknown' using errcode = 'OL070', detail = jsonb_build_object('agent_id', 1, 'b', 2)`,
    ],
    ['a sentence without a code', `'This organization has as many agents as it may: delete some'`],
  ])('planted as %s, is found', async (_, what) => {
    expect(faultsOf(await raise(what), REFUSALS)).toHaveLength(1)
  })

  test('planted as a limit with prose, is found', async () => {
    const pieces = await planted(
      `perform private.refuse_until(now(), 'OL113', 'Too many calls', jsonb_build_object('count', 1))`,
    )

    expect(faultsOf(refusedUntil(pieces), REFUSALS)).toHaveLength(1)
  })

  test('planted as a bug in a few words, is none', async () => {
    expect(faultsOf(await raise(`'no such step: %', p_step`), REFUSALS)).toEqual([])
  })
})
