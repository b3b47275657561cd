import type { Refusal } from '../../../src/database/refusals/refusal.ts'
import type { Finding } from '../graph.ts'
import { constantsOf, objectsIn } from './fact-rules.ts'
import { type Piece, readSql } from './read-sql.ts'
import { isTree, nodesOf, type Tree, wordsOf } from './tree.ts'

/** Something an SQL function refuses: for which reason, under which SQLSTATE, with which facts. */
export interface Raised {
  at: `${string}:${number}`
  /** What PL/pgSQL raises as the MESSAGE; `%` where whoever calls says it. */
  reason: string
  errcode: string
  facts: string[]
}

/** PL/pgSQL's numbers of what `using` names, and of an exception among what is raised (plpgsql.h, elog.h). */
const ERRCODE = 0
const DETAIL = 2
const EXCEPTION = 21

/** A programming error, which is nobody's refusal, says so in a few words. */
const LONGEST_OF_A_BUG = 50

/** What the functions of these pieces raise, with or without an SQLSTATE of ours. */
export async function raisedIn(pieces: Piece[]): Promise<Raised[]> {
  const raised = pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf('PLpgSQL_stmt_raise', tree)]
      .filter(({ elog_level }) => elog_level === EXCEPTION)
      .map(async (node): Promise<Raised> => {
        const detail = await expressionOf(node, DETAIL)
        return {
          at: `${file}:${lineOf(Number(node.lineno))}`,
          reason: String(node.message ?? ''),
          errcode: constantsOf(await expressionOf(node, ERRCODE))[0] ?? '',
          facts: objectsIn(detail)[0]?.keys ?? [],
        }
      }),
  )
  return Promise.all(raised)
}

/** What they refuse by way of private.refuse_until, which adds one fact. */
export function refusedUntil(pieces: Piece[]): Raised[] {
  return pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf('FuncCall', tree)]
      .filter(({ funcname }) => wordsOf(funcname).join('.') === 'private.refuse_until')
      .flatMap(({ args, location }) => {
        const [, errcode, reason, facts] = args as Tree[]
        return constantsOf(reason)
          .filter((text) => text.includes('_') || /\s/.test(text))
          .map((each) => ({
            at: `${file}:${lineOf(Number(location ?? 0))}` as const,
            reason: each,
            errcode: constantsOf(errcode).find((text) => isOurs(text)) ?? '',
            facts: [...(objectsIn(facts)[0]?.keys ?? []), 'next_at'],
          }))
      }),
  )
}

/** Prose, an unknown reason, or facts that are not those that its words need. */
export function faultsOf(raised: Raised[], refusals: Record<string, Refusal>): Finding[] {
  return raised.flatMap(({ at, reason, errcode, facts }): Finding[] => {
    if (reason === '%') return []
    if (!isOurs(errcode))
      return reason.length > LONGEST_OF_A_BUG ? [`${at} has prose: ${reason.slice(0, 40)}`] : []
    const known = refusals[reason]
    if (!known) return [`${at} has no words for: ${reason.slice(0, 40)}`]
    const wanted = Object.keys(known.facts.shape).toSorted()
    const said = [...new Set(facts)].toSorted()
    return wanted.join() === said.join()
      ? []
      : [`${at} ${reason} has ${said.join()}, and its words need ${wanted.join() || 'none'}`]
  })
}

function isOurs(errcode: string): boolean {
  return /^OL\d{3}$/.test(errcode)
}

async function expressionOf(raise: Tree, type: number): Promise<unknown> {
  const option = [...nodesOf('PLpgSQL_raise_option', raise)].find(
    ({ opt_type = 0 }) => opt_type === type,
  )
  if (!option || !isTree(option.expr) || !isTree(option.expr.PLpgSQL_expr)) return undefined
  const [piece] = await readSql('', `select ${String(option.expr.PLpgSQL_expr.query)}`)
  return piece?.tree
}
