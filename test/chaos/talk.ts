import { randomUUID } from 'node:crypto'
import type { Client } from './client.ts'
import type { Plan, TalkKind } from './plan.ts'
import type { Line, Played } from './played.ts'
import type { World } from './world.ts'

const CUSTOMER = '+16045559999'

/**
 * A customer and a dealer talk. Whether they hear each other is not the question here; what it costs
 * has to be known, and nothing may be lost or doubled by it.
 */
export async function talk(
  kind: TalkKind,
  on: { line: Line; plan: Plan; client: Client; world: World; played: Played },
): Promise<void> {
  const { line, plan, client, world, played } = on
  if (changesHands(plan)) return
  played.talks += 1
  const between = { from: CUSTOMER, to: line.number }
  switch (kind) {
    case 'text':
      await world.control('POST', 'sms', { ...between, body: 'Hi' }).catch(() => {})
      return
    case 'call':
      await world.control('POST', 'calls', { ...between, says: ['Hello?'] }).catch(() => {})
      return
    case 'text_back': {
      const path = `/api/organizations/${line.organizationId}/messages`
      await client.send('POST', path, { to: CUSTOMER, body: 'Hello back' }, randomUUID())
      return
    }
  }
}

/**
 * Twilio tells moments in whole seconds, and not which of two deployments had a number at that time:
 * within the second in which one gave it back and the other bought it, nobody could say whose a text
 * or call was, and nobody guesses. Without quarantine that second is an everyday one.
 */
function changesHands({ quarantineDays, servers }: Plan): boolean {
  return quarantineDays === 0 && servers.length > 1
}
