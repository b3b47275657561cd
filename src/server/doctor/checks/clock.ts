import { type Check, error, ok, warning } from '../check.ts'
import type { ReadConnection } from './database-connection.ts'

/** What nobody notices. */
const SLIGHT_MS = 5_000

/** Reports from five minutes ahead are refused, and so are tokens of users. */
const HARMFUL_MS = 60_000

const REMEDY = 'Keep its time by NTP (timedatectl set-ntp true), and restart the servers.'

/**
 * How far this machine's clock is from a carrier's, by the Date of its answer, whatever that is, or else
 * from the database's. `urls`: of carriers, of which the first that answers counts.
 */
export function createClockCheck(deps: {
  urls: string[]
  readConnection: ReadConnection
  now?: () => number
}): Check {
  const now = deps.now ?? Date.now

  /** What the way of question and answer does not explain: positive where our clock is ahead. */
  async function offBy(read: () => Promise<{ at: number; within: number }>): Promise<number> {
    const before = now()
    const { at, within } = await read()
    if (at + within < before) return before - at - within
    return Math.min(0, now() - at)
  }
  const unlessAway = (off: Promise<number>) => off.catch(() => undefined)

  return async (signal) => {
    const [database, ...carriers] = await Promise.all([
      unlessAway(
        offBy(async () => ({ at: Date.parse((await deps.readConnection(signal)).now), within: 1 })),
      ),
      ...deps.urls.map((url) => unlessAway(offBy(() => dateAt(url, signal)))),
    ])
    const carrier = carriers.find((each) => each !== undefined)
    const off = carrier ?? database
    if (off === undefined)
      return warning(
        'There is no clock to compare with: neither a carrier nor the database answers.',
        'Mend these first.',
      )
    const by = `${Math.round(Math.abs(off) / 1_000)} s ${off > 0 ? 'ahead of' : 'behind'}`
    const whose = carrier === undefined ? "the database's" : "the carriers'"
    if (Math.abs(off) > HARMFUL_MS)
      return error(
        `This machine's clock is ${by} ${whose}: reports and users' tokens are refused.`,
        REMEDY,
      )
    return Math.abs(off) > SLIGHT_MS
      ? warning(`This machine's clock is ${by} ${whose}.`, REMEDY)
      : ok(`This machine's clock agrees with ${whose}.`)
  }
}

/** Whole seconds, cut off. Source: RFC 9110, 5.6.7. */
async function dateAt(url: string, signal: AbortSignal): Promise<{ at: number; within: number }> {
  const response = await fetch(url, { method: 'HEAD', redirect: 'manual', signal })
  const at = Date.parse(response.headers.get('date') ?? '')
  if (Number.isNaN(at)) throw new Error(`no date from ${url}`)
  return { at, within: 1_000 }
}
