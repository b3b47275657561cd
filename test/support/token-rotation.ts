import { afterEach, beforeEach, expect } from 'vitest'
import { stopWithCleanLogs } from './leaks.ts'
import { control, notifications, runOrders } from './requests.ts'
import { callTo } from './voice-modes.ts'
import { startWorld, type World } from './world.ts'

/** The token of Twilio's that takes the place of the one before. */
export const NEW = 'the-secondary-token'

/**
 * A world for each test, which `began` is given; what an operator does there to exchange the token, what the
 * loops do then, and what is to be seen of it.
 */
export function rotationOf(began: (world: World) => void) {
  let world: World
  let old: string
  beforeEach(async () => {
    world = await startWorld()
    old = world.config.twilio.authToken
    began(world)
  })
  afterEach(() => stopWithCleanLogs(world))

  const aSecondary = () => control(world, 'POST', 'credentials', { twilioSecondaryToken: NEW })
  const promote = () => control(world, 'POST', 'credentials', { promoteSecondaryToken: true })
  const exchange = (more: Record<string, string> = {}) =>
    world.restart({ TWILIO_AUTH_TOKEN: NEW, TWILIO_AUTH_TOKEN_PREVIOUS: old, ...more })
  /** One run of the loop. */
  const renew = () => world.context.phoneNumbers.renewImports(new AbortController().signal, {})
  /** The loops, until they have nothing more to do. */
  const renewAll = async () => {
    for (let each = 0; each < 6; each += 1) {
      await renew()
      await runOrders(world)
    }
  }
  const modes = async (numbers: string[]) =>
    Promise.all(numbers.map(async (number) => (await callTo(world, number)).mode))
  const reported = async (status = 'pending') =>
    (await notifications(world, `?status=${status}&type=imports_outdated`)).map(
      ({ message, phone_numbers }) => ({ message, phone_numbers }),
    )
  const answers = async ({ number, name }: { number: string; name: string }) => {
    const call = await callTo(world, number)
    expect(call).toMatchObject({ answered: true, agentSaid: expect.stringContaining(name) })
    return call.mode
  }
  const states = () =>
    world.sql<{ import_state: string | null }>(
      'select import_state from phone_numbers order by created_at',
    )

  /** Back to the token before. */
  const revert = () => world.restart({ TWILIO_AUTH_TOKEN: old })

  return {
    aSecondary,
    promote,
    revert,
    exchange,
    renew,
    renewAll,
    modes,
    reported,
    answers,
    states,
  }
}
