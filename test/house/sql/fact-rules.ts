import type { Message } from '../../../src/notifications/messages/message.ts'
import type { Finding } from '../graph.ts'
import type { Piece } from './read-sql.ts'
import { isTree, nodesOf, type Tree, wordsOf } from './tree.ts'

const RAISING = ['notify', 'notify_state', 'revise_notification', 'report_numbers_once']

/** What `private.numbers_as_facts` adds. */
const NUMBERS = ['count', 'numbers']

/** Sentences where a notification is raised: SQL says what is so, TypeScript has the words. */
export function proseInFacts(pieces: Piece[]): Finding[] {
  return raised(pieces).flatMap(({ node, at }) =>
    constantsOf(node.args)
      .filter((text) => /\s/.test(text))
      .map((text): Finding => `${at} has prose: ${text.slice(0, 40)}`),
  )
}

/**
 * Facts that are not those of their type and cause. `beside`: the types of facts that are put together in a
 * file and raised from a variable.
 */
export function unknownFacts(
  pieces: Piece[],
  messages: Record<string, Message>,
  beside: Record<string, string[]>,
): Finding[] {
  const inCalls = raised(pieces).flatMap(({ node, at }) => {
    const [type, , facts] = (node.args ?? []) as Tree[]
    const object = objectsIn(facts)[0]
    if (!object) return []
    return faultOf(object, [constantsOf(type)[0] ?? ''], messages).map(
      (fault): Finding => `${at} ${fault}`,
    )
  })
  const apart = pieces
    .filter(({ file }) => file in beside)
    .flatMap(({ file, tree, lineOf }) =>
      objectsIn(tree)
        .filter((object) => 'cause' in object.literals || beside[file]?.length === 1)
        .flatMap((object) => faultOf(object, beside[file] ?? [], messages))
        .map((fault): Finding => `${file}:${lineOf(0)} ${fault}`),
    )
  return [...inCalls, ...apart]
}

/** Where the facts of a notification are not written beside its type. */
export function factsFromElsewhere(pieces: Piece[]): string[] {
  const files = raised(pieces)
    .filter(({ node }) => wordsOf(node.funcname).at(-1) !== 'report_numbers_once')
    .filter(({ node }) => objectsIn(((node.args ?? []) as Tree[])[2]).length === 0)
    .map(({ file }) => file)
  return [...new Set(files)]
}

function raised(pieces: Piece[]) {
  return pieces.flatMap(({ file, tree, lineOf }) =>
    [...nodesOf('FuncCall', tree)]
      .filter(({ funcname }) => {
        const [schema, name = ''] = wordsOf(funcname)
        return schema === 'private' && RAISING.includes(name)
      })
      .map((node) => ({
        node,
        file,
        at: `${file}:${lineOf(Number(node.location ?? 0))}` as const,
      })),
  )
}

export interface FactsObject {
  keys: string[]
  literals: Record<string, string>
}

/** Every jsonb_build_object in it, the outer ones first. */
export function objectsIn(tree: unknown): FactsObject[] {
  const isSum = [...nodesOf('FuncCall', tree)].some(
    ({ funcname }) => wordsOf(funcname).at(-1) === 'numbers_as_facts',
  )
  return [...nodesOf('FuncCall', tree)]
    .filter(({ funcname }) => wordsOf(funcname).at(-1) === 'jsonb_build_object')
    .map(({ args }) => {
      const all = args as Tree[]
      const pairs = all.flatMap((key, index) =>
        index % 2 === 0 ? [[constantsOf(key)[0] ?? '?', all[index + 1]] as const] : [],
      )
      const isTop = isTree(tree) && 'FuncCall' in tree
      return {
        keys: [...pairs.map(([key]) => key), ...(isSum && !isTop ? NUMBERS : [])],
        literals: Object.fromEntries(
          pairs.flatMap(([key, value]) =>
            isTree(value) && 'A_Const' in value ? [[key, constantsOf(value)[0] ?? '']] : [],
          ),
        ),
      }
    })
}

function faultOf(
  object: FactsObject,
  types: string[],
  messages: Record<string, Message>,
): string[] {
  const keys = [...new Set(object.keys)].filter((key) => key !== 'cause').toSorted()
  // A cause that a variable names may be any of the type's.
  const named = object.keys.includes('cause') ? object.literals.cause : ''
  return types.flatMap((type) => {
    const known = messages[type] ?? {}
    const causes = named === undefined ? Object.keys(known) : [named]
    return causes.flatMap((cause) => {
      const wanted = Object.keys(known[cause]?.facts.shape ?? {}).toSorted()
      return wanted.join() === keys.join()
        ? []
        : [`${type} ${cause} has ${keys.join()}, and its words need ${wanted.join() || 'none'}`]
    })
  })
}

/** Every text that it spells out. */
export function constantsOf(tree: unknown): string[] {
  return [...nodesOf('A_Const', tree)].flatMap(({ sval }) =>
    isTree(sval) && typeof sval.sval === 'string' ? [sval.sval] : [],
  )
}
