import { readdir, readFile } from 'node:fs/promises'
import { type FunctionParameter, type Node, parse } from 'libpg-query'

/** A function that the application may call, as its file declares it. */
export interface SqlFunction {
  /** Of the file, from the folder of functions on. */
  file: string
  name: string
  args: { name: string; type: string; isArray: boolean; isOptional: boolean }[]
}

/**
 * The functions of schema public that the files below `folder` create, by file and as they stand there.
 * @throws Error that names the file, where it is not SQL, or an argument has no name
 */
export async function readFunctions(folder: URL): Promise<SqlFunction[]> {
  const names = await readdir(folder, { recursive: true })
  const files = names.filter((name) => name.endsWith('.sql')).sort()
  return (await Promise.all(files.map((file) => functionsOf(folder, file)))).flat()
}

async function functionsOf(folder: URL, file: string): Promise<SqlFunction[]> {
  const text = await readFile(new URL(file, folder), 'utf8')
  const { stmts = [] } = await parse(text).catch((error: Error) => {
    throw new Error(`${file}: ${error.message}`, { cause: error })
  })
  return stmts.flatMap(({ stmt }) => {
    if (!stmt || !('CreateFunctionStmt' in stmt)) return []
    const { funcname, parameters = [] } = stmt.CreateFunctionStmt
    const [schema, name = ''] = namesIn(funcname)
    if (schema !== 'public') return []
    return { file, name, args: parameters.map((node) => argumentOf(node, `${file}: ${name}`)) }
  })
}

function argumentOf(node: Node, where: string): SqlFunction['args'][number] {
  const parameter: FunctionParameter = 'FunctionParameter' in node ? node.FunctionParameter : {}
  const { name, argType, defexpr } = parameter
  const type = namesIn(argType?.names).at(-1)
  if (!name || !type) throw new Error(`${where} has an argument without a name`)
  return { name, type, isArray: argType?.arrayBounds !== undefined, isOptional: !!defexpr }
}

/** `public.ping` as its parts. */
function namesIn(nodes: Node[] = []): string[] {
  return nodes.map((node) => ('String' in node ? (node.String.sval ?? '') : ''))
}
