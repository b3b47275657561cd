import type { Finding } from '../graph.ts'
import type { Piece } from './read-sql.ts'
import { isTree, nodesOf, type Tree, wordsOf } from './tree.ts'

/**
 * What narrows a list, or a choice, and may be left out. Never whom something belongs to or who asks:
 * everybody's is asked for by a function of its own.
 */
const FILTERS: readonly string[] = [
  'p_area_code',
  'p_contact_id',
  'p_country',
  'p_cursor',
  'p_direction',
  'p_from',
  'p_lead_id',
  'p_lead_status',
  'p_name',
  'p_phone_number',
  'p_search',
  'p_status',
  'p_to',
  'p_type',
]

/** What somebody may not have told. Nothing is chosen by it. */
const NOT_REPORTED: readonly string[] = ['p_at', 'p_recording_url', 'p_seconds']

/** Arguments that mean everything when they are null: `p_x is null or …`, `… = coalesce(p_x, …)`. */
export function nullsThatMeanAll(pieces: Piece[]): Finding[] {
  return pieces.flatMap(({ file, tree, lineOf }) => {
    const alternatives = [...nodesOf('BoolExpr', tree)].filter(({ boolop }) => boolop === 'OR_EXPR')
    const found = [
      ...alternatives.flatMap(({ args }) => each(args).flatMap(askedForNull)),
      ...[...nodesOf('A_Expr', tree)].flatMap(comparedWithItself),
    ]
    return found
      .map(argumentOf)
      .filter(({ name }) => /^p_/.test(name) && ![...FILTERS, ...NOT_REPORTED].includes(name))
      .map(({ name, location }): Finding => `${file}:${lineOf(location)} ${name}: null means all`)
  })
}

function askedForNull(node: Tree): unknown[] {
  const test = node.NullTest
  return isTree(test) && test.nulltesttype === 'IS_NULL' ? [test.arg] : []
}

/** `x = coalesce(p_x, x)`, either way round. */
function comparedWithItself({ lexpr, rexpr }: Tree): unknown[] {
  const sides = [
    [lexpr, rexpr],
    [rexpr, lexpr],
  ]
  return sides.flatMap(([one, other]) => {
    const choice = isTree(one) ? one.CoalesceExpr : undefined
    const [first, ...rest] = isTree(choice) ? each(choice.args) : []
    const column = wordsOf(other).at(-1)
    return column && rest.some((arg) => wordsOf(arg).at(-1) === column) ? [first] : []
  })
}

/** The argument itself, a field of it, or with a cast; not what else is made of it. */
function argumentOf(node: unknown): { name: string; location: number } {
  const inner = isTree(node) ? (node.A_Indirection ?? node.TypeCast) : undefined
  if (isTree(inner)) return argumentOf(inner.arg)
  const column = isTree(node) && isTree(node.ColumnRef) ? node.ColumnRef : undefined
  return { name: wordsOf(column?.fields).at(-1) ?? '', location: Number(column?.location ?? 0) }
}

const each = (nodes: unknown) => (Array.isArray(nodes) ? nodes.filter(isTree) : [])
