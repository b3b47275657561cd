import { createReadStream } from 'node:fs'
import { resolve } from 'node:path'
import type { Readable } from 'node:stream'
import { parseArgs } from 'node:util'
import { parseProvisionConfig } from '../../config/config.ts'
import { toError } from '../../platform/errors.ts'
import { type Erasure, ReapplyAnswer } from '../../privacy/erasure.ts'
import { createAskRoute } from '../ask-server.ts'
import { erasuresIn } from './log-lines.ts'

const USAGE = `npm run erasures:reapply -- --log <file, or - for standard input> [--url <server>]
  After a restore, erases again the customers who were erased since the backup.
  The file is the server's log (JSON lines) since the backup, or a longer one.
  The server is --url or else PUBLIC_URL. The key is ORGLINE_ADMIN_KEY or else the first of ADMIN_API_KEYS.
  You may interrupt it and run it again.`

/** Few at a time: each may be much to erase, and a request is one transaction. */
const BATCH = 20

/**
 * Erases again, at a server whose database was restored, whom its log tells to have been erased.
 * Answers the exit code: 1 when a line could not be read, or tells of one in doubt.
 * @throws Error when the log cannot be read, or the server refuses or cannot be reached
 */
export async function reapplyCommand(
  args: string[],
  env: NodeJS.ProcessEnv,
  { input, output }: { input: Readable; output: { write(text: string): unknown } },
): Promise<number> {
  const options = readArgs(args)
  const target = parseProvisionConfig(env, options.url)
  const ask = createAskRoute({ ...target, path: '/api/admin/erasures', answer: ReapplyAnswer })
  // npm changes to the project's folder; the file is meant from where npm was called.
  const file = resolve(env.INIT_CWD ?? '', options.log)
  const sum = { read: 0, erased: 0, unknown: 0, unreadable: 0 }
  const send = async (erasures: Erasure[]) => {
    if (erasures.length === 0) return
    const { erased, unknown } = await ask({ erasures })
    sum.read += erasures.length
    sum.erased += erased
    sum.unknown += unknown
  }

  let batch: Erasure[] = []
  const inDoubt = new Set<string>()
  for await (const line of erasuresIn(options.log === '-' ? input : createReadStream(file))) {
    if (line === null) sum.unreadable += 1
    else if ('erasure' in line) batch.push(line.erasure)
    else inDoubt.add(contactPath(line.inDoubt))
    if (batch.length < BATCH) continue
    await send(batch)
    batch = []
  }
  await send(batch)

  output.write(`${sum.read} erasures in the log\n${sum.erased} contacts were back and are erased\n`)
  if (sum.unknown > 0) output.write(`${sum.unknown} of organizations that are not there\n`)
  if (sum.unreadable > 0) output.write(`${sum.unreadable} lines could not be read\n`)
  for (const path of inDoubt) output.write(`maybe erased, so ask for it again: DELETE ${path}\n`)
  return sum.unreadable > 0 || inDoubt.size > 0 ? 1 : 0
}

function contactPath({ organizationId, contactId }: { organizationId: string; contactId: string }) {
  return `/api/organizations/${organizationId}/contacts/${contactId}`
}

function readArgs(args: string[]): { log: string; url: string | undefined } {
  try {
    const { log, url } = parseArgs({
      args,
      options: { log: { type: 'string' }, url: { type: 'string' } },
    }).values
    if (!log) throw new Error('--log is missing')
    return { log, url }
  } catch (thrown) {
    throw new Error(`${toError(thrown).message}\n${USAGE}`)
  }
}
