import { planElevenLabs } from '../../carriers/elevenlabs/setup/plan.ts'
import { setUpElevenLabs } from '../../carriers/elevenlabs/setup/setup.ts'
import { migrate } from '../../database/migrate/migrate.ts'
import { setupConfigOf, setupRequest } from '../../infrastructure/setup-request.ts'
import { toError } from '../../platform/errors.ts'
import type { Context } from '../../server/context.ts'
import { type CheckResult, FIXES, type Fix } from '../../server/doctor/check.ts'
import { readDeployment } from '../read-deployment.ts'

const migrations = new URL('../../../migrations/', import.meta.url)

/** As many orders as are looked through for one that a repair would have buy. */
const ORDERS = 200

type Say = (line: string) => void

/**
 * Mends what the findings say can be mended without a person, and says each step before it. Takes nothing
 * over from another deployment, shows no secret, and buys nothing. What fails is told, and the rest goes on.
 */
export async function fixAll(results: CheckResult[], context: Context, say: Say): Promise<void> {
  const wanted = FIXES.filter((fix) => results.some((each) => each.fix === fix))
  if (wanted.length === 0) say('Nothing here is mended without a person.')
  for (const fix of wanted) {
    try {
      await fixes[fix](context, say)
    } catch (thrown) {
      say(`${fix} failed: ${toError(thrown).message}`)
    }
  }
}

const fixes: Record<Fix, (context: Context, say: Say) => Promise<void>> = {
  async migrate({ config }, say) {
    const { url } = config.database
    if (url === undefined)
      return say('Left to you: npm run migrate, because DATABASE_URL is empty.')
    say('Running npm run migrate: the tables and functions of this release.')
    const { applied } = await migrate(url, migrations, { say })
    say(`Applied: ${applied.join(', ') || 'the functions alone'}.`)
  },

  async 'setup:elevenlabs'({ config }, say) {
    const deployment = await readDeployment({ ...config.database, poolSize: 1 })
    const setup = setupRequest(setupConfigOf(config), deployment, { say })
    const plan = await planElevenLabs(setup)
    if (plan.taken.length > 0)
      return say(`Left to you, because agents are somebody else's: ${plan.taken.join('; ')}.`)
    if (plan.makesWebhook)
      return say(
        'Left to you: npm run setup:elevenlabs, because it makes a webhook and prints its secret.',
      )
    say('Running npm run setup:elevenlabs, which is about to change:')
    for (const change of plan.changes) say(`- ${change}`)
    const { lines } = await setUpElevenLabs(setup)
    for (const line of lines) say(line)
  },

  async repair({ config, phoneNumbers, reconcile }, say) {
    const stopped = await phoneNumbers.orders.list(
      { status: 'needs_attention' },
      { limit: ORDERS, cursor: null },
    )
    if (stopped.rows.some(({ step }) => step === 'choose' || step === 'buy'))
      return say(
        'Left to you: POST /api/admin/reconcile {"mode": "repair"}, because an order that has stopped would buy its number then.',
      )
    const name = config.auth.adminKeys[0]?.name ?? 'doctor'
    const actor = { kind: 'operator', name } as const
    const compared = await reconcile.reconcile.now(actor, 'dry-run', false)
    say(`Comparing the numbers with the carriers: ${compared.findings.length} findings.`)
    for (const { class: of, phoneNumber, detail } of compared.findings)
      say(`- ${of} ${phoneNumber}: ${detail}`)
    if (compared.findings.length === 0) return
    const { counts } = await reconcile.reconcile.now(actor, 'repair', false)
    say(`Repaired ${counts.repaired} of them; ${counts.held} are left to a person.`)
  },
}
