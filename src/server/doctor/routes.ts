import { z } from 'zod'
import { type Route, reply, route } from '../../http/route.ts'
import { CheckResult } from './check.ts'
import { type RunChecks, worstOf } from './run-checks.ts'

const Health = z
  .object({
    success: z.literal(true),
    outcome: CheckResult.shape.outcome.describe('the worst of all'),
    checks: z.array(CheckResult),
  })
  .meta({ id: 'Health' })

/** What `npm run doctor` says, of a running server. */
export function createDoctorRoutes({ runChecks }: { runChecks: RunChecks }): Route[] {
  let running: Promise<z.infer<typeof CheckResult>[]> | undefined
  /** Whoever asks while it runs gets the same answer: each run is a dozen requests to the carriers. */
  const run = () => {
    running ??= runChecks().finally(() => {
      running = undefined
    })
    return running
  }
  return [
    route({
      method: 'get',
      path: '/api/admin/health',
      operationId: 'getHealth',
      guard: 'admin',
      summary:
        'Whether settings, database, address, clock, Twilio and ElevenLabs are as they must be, each with its remedy',
      replies: { 200: Health },
      async handle() {
        const checks = await run()
        return reply(200, { success: true, outcome: worstOf(checks), checks })
      },
    }),
  ]
}
