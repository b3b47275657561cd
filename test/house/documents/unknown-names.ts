import type { Known } from './known.ts'
import { spansOf } from './read-documents.ts'
import { isUnknownRoute, unknownRoutes } from './unknown-routes.ts'

/** Variables that are no settings of the server: of the sandbox, of commands, of shells, of other programs. */
const OTHERS = new Set([
  ...['SANDBOX_DATA', 'SANDBOX_PORT', 'SANDBOX_TIMINGS', 'ORGLINE_ADMIN_KEY'],
  ...['SERVER_URL', 'WEBHOOK_BASE_URL', 'NAME_FILE'],
  ...['ORGLINE_URL', 'ORGLINE_KEY', 'ORGANIZATION_ID'],
  ...['ADMIN_KEY', 'WEBHOOK_SECRET', 'NODE_ENV', 'NODE_OPTIONS', 'MALLOC_ARENA_MAX'],
  ...['EAI_AGAIN', 'SELF_SIGNED_CERT_IN_CHAIN', 'IN_PROGRESS'],
])

/** Names of others' libraries and APIs, and placeholders. */
const FOREIGN = new Set([
  ...['executeSql', 'time_total', 'provider_ids', 'AgentQueueingConfig', 'EventSource'],
  ...['ReplySchema', 'camelCaseArguments', 'createX'],
])

/** What names a type of content, a vendor's route or a kind of file, and no path here. */
const NO_PATH = /^(application|text|audio|multipart)\/|^[A-Z]\w*\/|^\d|^index\.ts$/

/**
 * What a document names and nothing here is called: settings anywhere in it; routes; npm commands and what
 * is passed to them; and, in backticks, paths and whatever has the form of an identifier.
 */
export function unknownNames(text: string, known: Known): string[] {
  const own = withoutFarewells(text)
  const spans = spansOf(own)
  return [
    ...unknownSettings(own, known),
    ...unknownRoutes(own, spans, known),
    ...unknownCommands(own, known),
    ...spans.filter((span) => isUnknownPath(span, known) && isUnknownRoute(`…/${span}`, known)),
    ...spans.flatMap((span) => unknownIdentifiers(span, known)),
  ]
}

/** Without the lines that say what is called otherwise now, or no longer exists. */
function withoutFarewells(text: string): string {
  return text.replace(
    /^.*\b(no longer (reads|exists)|is now called|Renamed|for `\w+`[,;]).*$/gm,
    '',
  )
}

function unknownSettings(text: string, { settings }: Known): string[] {
  const names = text.match(/\b[A-Z][A-Z0-9]*(_[A-Z0-9]+)+\b/g) ?? []
  const whole = names.filter(
    (name) => !settings.has(name.replace(/_FILE$/, '')) && !OTHERS.has(name),
  )
  // `_FURTHER`, `…_PREVIOUS`, `RATE_*`: the end or the beginning of some.
  const ends = (text.match(/(?<![A-Z0-9])_[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)*\b/g) ?? []).filter(
    (end) => end !== '_FILE' && ![...settings].some((setting) => setting.endsWith(end)),
  )
  const beginnings = [...text.matchAll(/\b([A-Z][A-Z0-9]*_(?:[A-Z0-9]+_)*)(?=\*)/g)]
    .map(([, beginning = '']) => beginning)
    .filter((beginning) => ![...settings].some((setting) => setting.startsWith(beginning)))
  return [...whole, ...ends, ...beginnings]
}

function unknownCommands(text: string, { scripts, code }: Known): string[] {
  const commands = [...text.matchAll(/npm run (?:-s )?([a-z][a-z:-]*)(?: -- ([^`\n]*))?/g)]
  return commands.flatMap(([, script = '', passed = '']) => {
    const [first = ''] = passed.split(' ')
    return [
      ...(scripts.has(script) ? [] : [`npm run ${script}`]),
      ...(script === 'bench' && /^[a-z]+$/.test(first) && !code.includes(`\n  ${first}: `)
        ? [`npm run bench -- ${first}`]
        : []),
      ...(passed.match(/--[a-z][a-z-]*/g) ?? []).filter((flag) => !isTaken(flag.slice(2), code)),
    ]
  })
}

/** As parseArgs is given it, or as the code compares it. */
function isTaken(flag: string, code: string): boolean {
  return [`'${flag}'`, `--${flag}`, ` ${flag}: {`].some((written) => code.includes(written))
}

function isUnknownPath(span: string, { paths }: Known): boolean {
  const isPath = /^[\w.-]+(\/[\w.*-]*)+$/.test(span) || /^[\w-]+\.(ts|sql|md|cjs)$/.test(span)
  if (!isPath || NO_PATH.test(span)) return false
  const pattern = span.replace(/\/$/, '').replaceAll('.', '\\.').replaceAll('*', '[^/]*')
  const end = new RegExp(`(^|/)${pattern}$`)
  return !paths.some((path) => end.test(path))
}

function unknownIdentifiers(span: string, { words }: Known): string[] {
  if (/^(?:[\w.-]*\/|\/)/.test(span) || span.includes('.sql')) return []
  const identifiers = span.match(/(?<![\w-])[A-Za-z]\w*/g) ?? []
  return identifiers.filter(
    (name) => /[a-z]_[a-z]|[a-z]{2}[A-Z]/.test(name) && !words.has(name) && !FOREIGN.has(name),
  )
}
