import { startGateway } from '../../test/support/gateway.ts'
import type { Side } from '../compare/contenders.ts'
import { closedLoop } from '../load/closed-loop.ts'
import type { Endings } from '../world/ground.ts'

const KEY = 'sb_secret_of_the_bench_0123456789'

/** Few, so that a slow machine turns none away. */
const CONNECTIONS = 4

/** Of which each part asks a number that none asked before. */
let asked = 1_000_000

/**
 * The memory that a server is resident in after so many webhooks, half of them questions before a call and
 * half texts, in MB. @throws Error when one of them is not answered rightly
 */
export async function memoryAfter(
  { deployment, works }: Side,
  endings: Endings,
  requests: number,
  mode: 'postgres' | 'supabase',
): Promise<number> {
  // What is asked for is memory, and no speed: no answer is to be given up.
  const changed: Record<string, string> = { PRECALL_DEADLINE_MS: '10000' }
  if (mode === 'supabase') {
    const gateway = await startGateway(deployment.databaseUrl, KEY)
    endings.add(gateway.stop)
    Object.assign(changed, { SUPABASE_URL: gateway.url, SUPABASE_SECRET_KEY: KEY })
  }
  const server = await deployment.start(`after-${mode}`, changed)
  for (const work of [works.initiation, works.text]) {
    for (let done = 0; done < requests / 2; ) {
      const next = () => asked++
      const load = { origin: server.origin, work, isEmpty: false, next }
      const { right, wrong, errors, firstProblem } = await closedLoop(load, CONNECTIONS, 1_000)
      if (wrong + errors > 0) throw new Error(`memory after ${requests}: ${firstProblem}`)
      done += right
    }
  }
  const resident = server.residentMb()
  await server.stop()
  return resident
}
