import type { Finding } from '../graph.ts'
import { functionsOf } from './calls.ts'
import type { Piece } from './read-sql.ts'
import { isTree, nodesOf, type Tree, wordsOf } from './tree.ts'

/** Lines a person has to scroll for. */
const LONGEST_LINE = 140

/**
 * What the application calls answers jsonb (an empty reply would look like success), runs as its
 * owner and finds nothing by a search path.
 */
export function unsafePublicFunctions(pieces: Piece[]): Finding[] {
  return functionsOf(pieces)
    .filter(({ name }) => name.startsWith('public.') || !name.includes('.'))
    .flatMap(({ name, file, line, tree }) =>
      (name.includes('.') ? faultsOf(tree) : ['has no schema']).map(
        (fault): Finding => `${file}:${line} ${name} ${fault}`,
      ),
    )
}

function faultsOf(node: Tree): string[] {
  const options = [...nodesOf('DefElem', node.options)]
  const option = (wanted: string) => options.find(({ defname }) => defname === wanted)?.arg
  const path = [...nodesOf('VariableSetStmt', option('set'))].find(
    ({ name }) => name === 'search_path',
  )
  const isEmpty = path && textOfConstant(path.args) === ''
  const returns = Object(node.returnType) as Tree
  return [
    ...(isOneJsonb(returns) ? [] : ['does not return jsonb']),
    ...(isTrue(option('security')) ? [] : ['is not security definer']),
    ...(isEmpty ? [] : ['has no empty search_path']),
  ]
}

function isOneJsonb({ names, setof, arrayBounds }: Tree): boolean {
  const name = wordsOf(names).join('.')
  return !setof && !arrayBounds && ['jsonb', 'pg_catalog.jsonb'].includes(name)
}

/** Functions that are not as their text says, because a later statement changes them. */
export function alteredFunctions(pieces: Piece[]): Finding[] {
  return pieces.flatMap(({ file, tree, lineOf, start }) =>
    [
      ...nodesOf('AlterFunctionStmt', tree),
      ...[...nodesOf('RenameStmt', tree)].filter(({ renameType }) => isRoutine(renameType)),
      ...[...nodesOf('AlterObjectSchemaStmt', tree)].filter((node) => isRoutine(node.objectType)),
    ].map((): Finding => `${file}:${lineOf(start)} alters a function: its own text is to say it`),
  )
}

const isRoutine = (kind: unknown) => /^OBJECT_(FUNCTION|ROUTINE|PROCEDURE)$/.test(String(kind))

function isTrue(node: unknown): boolean {
  return isTree(node) && isTree(node.Boolean) && node.Boolean.boolval === true
}

/** An empty text is told as a constant without a value. */
function textOfConstant(node: unknown): string | undefined {
  for (const constant of nodesOf('A_Const', node)) {
    if (isTree(constant.sval)) return String(constant.sval.sval ?? '')
  }
  return undefined
}

/** Advisory locks that are taken anywhere but in the one file that names them all. */
export function scatteredLocks(pieces: Piece[]): Finding[] {
  return pieces
    .filter(({ file }) => file !== 'shared/locks.sql')
    .flatMap(({ file, tree, lineOf }) =>
      [...nodesOf('FuncCall', tree)]
        .filter(({ funcname }) => /^pg_(try_)?advisory/.test(wordsOf(funcname).at(-1) ?? ''))
        .map(({ location }): Finding => {
          return `${file}:${lineOf(Number(location ?? 0))} takes an advisory lock by itself`
        }),
    )
}

/** Lines that are too long, and files that do not say what they are for. */
export function unreadable(file: string, text: string): Finding[] {
  const lines = text.split('\n')
  return [
    ...(lines[0]?.startsWith('-- ')
      ? []
      : [`${file}:1 does not begin with what it is for` as const]),
    ...lines.flatMap((line, index): Finding[] =>
      line.length > LONGEST_LINE ? [`${file}:${index + 1} has ${line.length} characters`] : [],
    ),
  ]
}
