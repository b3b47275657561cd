import { CarrierError } from '../../ports/carrier-error.ts'
import type { SetupPlan } from '../../ports/setup-plan.ts'
import type { ElevenLabsClient, ElevenLabsRequest } from '../client.ts'
import { setUpElevenLabs } from './setup.ts'
import type { ElevenLabsSetup } from './target.ts'

/** Runs the set-up with all its reads and none of its changes. @throws CarrierError */
export async function planElevenLabs(setup: ElevenLabsSetup): Promise<SetupPlan> {
  const plan: SetupPlan = { changes: [], left: [], makesWebhook: false, taken: [] }
  const request: ElevenLabsClient = async (asked) => {
    if (asked.method === 'GET') return setup.request(asked)
    if (asked.operation === 'webhooks.create') plan.makesWebhook = true
    return pretended(asked)
  }
  try {
    const { lines } = await setUpElevenLabs({ ...setup, request, say: () => {} })
    for (const line of lines) {
      const [, kind, words = line] =
        /^(Changed|Unchanged|Left alone|Left to you): (.*)$/s.exec(line) ?? []
      if (kind === 'Changed') plan.changes.push(words)
      else if (kind !== 'Unchanged') plan.left.push(words)
    }
  } catch (thrown) {
    if (thrown instanceof CarrierError || !(thrown instanceof Error)) throw thrown
    const taken = thrown.message.split('\n').filter((line) => line.startsWith('- '))
    if (taken.length === 0) throw thrown
    plan.taken = taken.map((line) => line.slice(2))
  }
  return plan
}

/** What the platform would answer to a change, as far as the set-up reads it. */
function pretended<T>({ reply }: Pick<ElevenLabsRequest<T>, 'reply'>): T {
  return reply.parse({ agent_id: '', webhook_id: 'that is made', webhook_secret: 'not made yet' })
}
