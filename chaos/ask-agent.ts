import { randomUUID } from 'node:crypto'
import { goesBack } from './plan.ts'
import { ask, changesHands, type Talking } from './talk.ts'

type Asking = Talking & { deployment: number }

/** One of some customers, whom all organizations share, asks something; the organization's agents answer texts from now on. */
export async function askAgent(index: number, on: Asking): Promise<void> {
  const { line, deployment, world, played } = on
  if (changesHands(on.plan)) return
  const switchedOn = await switchOn(on)
  if (!switchedOn) return
  const { organizationId, number } = line
  const [customer, mark] = [customerOf(index), `Question ${randomUUID()}`]
  played.talks += 1
  played.questions.push({ deployment, organizationId, number, customer, mark, switchedOn })
  await world.control('POST', 'sms', { from: customer, to: number, body: mark }).catch(() => {})
}

/** The customer asks, a person of the organization answers, and the customer asks once more. */
export async function handOver(index: number, on: Asking): Promise<void> {
  await askAgent(index, on)
  if (changesHands(on.plan)) return
  const { organizationId } = on.line
  const [customer, mark] = [customerOf(index), `Ann here, ${randomUUID()}`]
  on.played.handovers.push({ organizationId, customer, mark })
  const path = `/api/organizations/${organizationId}/messages`
  await ask('text', mark, { ...on, path, body: { to: customer, body: mark }, done: 201 })
  await askAgent(index, on)
}

/** Somebody calls twice, and hangs up as soon as anybody is to speak. */
export async function missCalls(on: Asking): Promise<void> {
  if (changesHands(on.plan) || !(await switchOn(on))) return
  const call = { from: CALLER, to: on.line.number, hangsUp: 'at_once' }
  for (let times = 0; times < 2; times += 1) {
    on.played.talks += 1
    await on.world.control('POST', 'calls', call).catch(() => {})
  }
}

/** Nobody's who does anything else. */
const CALLER = '+16045559980'

/** How every text to a missed caller begins. */
export const MISSED = 'We missed you'

const customerOf = (index: number) => `+1604555999${index}`

/**
 * Has agents answer the organization's texts, and missed callers texted. From when to when that took; undefined: there is no such organization, because its
 * database went back in time.
 */
async function switchOn({ line, client, plan, played }: Asking) {
  const begun = Date.now()
  const path = `/api/organizations/${line.organizationId}`
  const settings = { text_replies: 'agent', missed_call_text: `${MISSED} at {{called_number}}` }
  const answer = await client.send('PATCH', path, { settings })
  if (answer?.status === 200) return { begun, ended: Date.now() }
  if (!(answer?.status === 404 && goesBack(plan))) {
    played.unanswered.push(`answers to texts: ${JSON.stringify(answer ?? 'no answer')}`)
  }
  return undefined
}
