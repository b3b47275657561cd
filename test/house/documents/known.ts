import { readdirSync, readFileSync } from 'node:fs'
import { routeTable } from '../../support/route-table.ts'

/** What a document may name. */
export interface Known {
  settings: Set<string>
  /** `POST /api/…`, as the routes are written. */
  routes: string[]
  /** Scripts of package.json. */
  scripts: Set<string>
  /** Whatever the code, the SQL and the API's document call something. */
  words: Set<string>
  /** The code as one text, for what is no word of its own. */
  code: string
  /** Files and folders, from the root. */
  paths: string[]
}

const FOLDERS = [
  ...['src', 'migrations', 'sandbox', 'bench', 'chaos', 'test', 'docs', 'deploy'],
  ...['.ci', '.github'],
]
/** What is there once something has run, or was installed. */
const MADE = ['bench/results', 'node_modules/.bin', 'node_modules', '.sandbox', '.env']
/** Tests may use names that the product does not have, on purpose. */
const CODE = /^(src|migrations|sandbox|bench|chaos)\/|^(docs\/openapi|package)\.json$/

export function readKnown(): Known {
  const paths = [...readdirSync('.', { encoding: 'utf8' }), ...FOLDERS.flatMap(pathsIn), ...MADE]
  const code = paths
    .filter((path) => CODE.test(path) && /\.(ts|js|cjs|sql|json|html)$/.test(path))
    .map((path) => readFileSync(path, 'utf8'))
    .join('\n')
  const { scripts } = JSON.parse(readFileSync('package.json', 'utf8'))
  return {
    settings: new Set(
      [
        ...readFileSync('.env.example', 'utf8').matchAll(/^(?:# )?([A-Z][A-Z0-9_]*)=/gm),
        ...readFileSync('compose.yaml', 'utf8').matchAll(/\$\{([A-Z_]+)/g),
      ].map(([, name = '']) => name),
    ),
    routes: routeTable.map(({ method, path }) => `${method.toUpperCase()} ${path}`),
    scripts: new Set(Object.keys(scripts)),
    words: new Set(code.match(/[A-Za-z_]\w*/g)),
    code,
    paths,
  }
}

function pathsIn(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => !name.includes('node_modules'))
    .map((name) => `${folder}/${name}`)
}
