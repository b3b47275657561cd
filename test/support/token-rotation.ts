import { expect } from 'vitest'
import { control, notifications, runOrders } from './requests.ts'
import { callTo } from './voice-modes.ts'
import type { World } from './world.ts'

/** The token of Twilio's that takes the place of the one before. */
export const NEW = 'the-secondary-token'

/** What an operator does to exchange it, what the loops do then, and what is to be seen of it. */
export function rotationOf(at: () => { world: World; old: string }) {
  const aSecondary = () => control(at().world, 'POST', 'credentials', { twilioSecondaryToken: NEW })
  const promote = () => control(at().world, 'POST', 'credentials', { promoteSecondaryToken: true })
  const exchange = (more: Record<string, string> = {}) =>
    at().world.restart({ TWILIO_AUTH_TOKEN: NEW, TWILIO_AUTH_TOKEN_PREVIOUS: at().old, ...more })
  /** One run of the loop. */
  const renew = () => at().world.context.phoneNumbers.renewImports(new AbortController().signal, {})
  /** The loops, until they have nothing more to do. */
  const renewAll = async () => {
    for (let each = 0; each < 6; each += 1) {
      await renew()
      await runOrders(at().world)
    }
  }
  const modes = async (numbers: string[]) =>
    Promise.all(numbers.map(async (number) => (await callTo(at().world, number)).mode))
  const reported = async (status = 'pending') =>
    (await notifications(at().world, `?status=${status}&type=imports_outdated`)).map(
      ({ message, phone_numbers }) => ({ message, phone_numbers }),
    )
  const answers = async ({ number, name }: { number: string; name: string }) => {
    const call = await callTo(at().world, number)
    expect(call).toMatchObject({ answered: true, agentSaid: expect.stringContaining(name) })
    return call.mode
  }
  const states = () =>
    at().world.sql<{ import_state: string | null }>(
      'select import_state from phone_numbers order by created_at',
    )

  return { aSecondary, promote, exchange, renew, renewAll, modes, reported, answers, states }
}
