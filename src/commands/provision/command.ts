import { readFile } from 'node:fs/promises'
import { resolve } from 'node:path'
import { parseArgs } from 'node:util'
import { parseProvisionConfig } from '../../config/config.ts'
import { MAX_ENTRIES } from '../../phone-numbers/provisioning/provision-view.ts'
import { toError } from '../../platform/errors.ts'
import { createAskServer } from './client.ts'
import { createProgress, type Output } from './progress.ts'
import { type BadRow, type Row, readRows } from './rows.ts'
import { provisionRows } from './run.ts'
import { summarize } from './summary.ts'

const USAGE = `npm run provision -- --csv <file> [--dry-run] [--no-wait] [--url <server>]
  Gives each organization in the file a number, unless it has one.
  The file's first line names its columns: organization_id or slug, optionally area_code and country.
  The server is --url or else PUBLIC_URL. The key is ORGLINE_ADMIN_KEY or else the first of ADMIN_API_KEYS.
  If you interrupt the command, the server finishes the orders. Run it again to see the rest.
  --dry-run  shows what would happen, and changes nothing.
  --no-wait  does not wait until the numbers are ready.`

const POLL_MS = 2_000

/**
 * Gives every organization of a file a number, where it has none, and tells what came of each.
 * Answers the exit code: 1 when any failed.
 * @throws Error when nothing can be begun, or the server can no longer be reached
 */
export async function provisionCommand(
  args: string[],
  env: NodeJS.ProcessEnv,
  output: Output,
): Promise<number> {
  const options = readArgs(args)
  const target = parseProvisionConfig(env, options.url)
  // npm changes to the project's folder; the file is meant from where npm was called.
  const { rows, bad } = await readFileRows(resolve(env.INIT_CWD ?? '', options.csv))
  const dryRun = options['dry-run'] ?? false

  const progress = createProgress(output, rows.length)
  const outcomes = await provisionRows(rows, {
    ask: createAskServer(target),
    dryRun,
    wait: !(dryRun || options['no-wait']),
    pollMs: POLL_MS,
    onProgress: (sofar) => progress.show(sofar.values()),
  }).finally(() => progress.end())

  const failures = [...bad, ...[...outcomes].flatMap(([row, one]) => failureOf(row, one))]
  for (const line of summarize([...outcomes.values()], failures)) output.write(`${line}\n`)
  if (dryRun && rows.length > MAX_ENTRIES)
    output.write(`The pool was counted anew for every ${MAX_ENTRIES} organizations.\n`)
  return failures.length > 0 ? 1 : 0
}

function readArgs(args: string[]) {
  try {
    const { csv, ...values } = parseArgs({
      args,
      options: {
        csv: { type: 'string' },
        'dry-run': { type: 'boolean' },
        'no-wait': { type: 'boolean' },
        url: { type: 'string' },
      },
    }).values
    if (!csv) throw new Error('--csv is missing')
    return { csv, ...values }
  } catch (thrown) {
    throw new Error(`${toError(thrown).message}\n${USAGE}`)
  }
}

async function readFileRows(file: string): Promise<{ rows: Row[]; bad: BadRow[] }> {
  try {
    const bytes = await readFile(file)
    return readRows(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch (thrown) {
    throw new Error(`${file} cannot be used, and nothing was sent: ${toError(thrown).message}`)
  }
}

function failureOf(row: Row, outcome: { kind: string; reason?: string | undefined }): BadRow[] {
  if (outcome.kind !== 'failed') return []
  return [{ line: row.line, error: `${row.label}: ${outcome.reason}` }]
}
