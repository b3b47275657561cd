import { secretsOf } from '../../src/config/config.ts'
import type { World } from './world.ts'

const NUMBERS = `
  select phone_number as number from phone_numbers union select phone_number from contacts
  union select from_number from messages union select to_number from messages
  union select from_number from calls union select to_number from calls
  union select phone_number from admin_notifications where phone_number is not null`

/** The world's log lines that hold a secret, a token, a whole phone number or one of `texts`. */
export async function leaksOf(world: World, texts: string[] = []): Promise<string[]> {
  const rows = await world.sql<{ number: string }>(NUMBERS)
  const digits = rows.map(({ number }) => number.replace(/^\+1?/, '')).filter(isWhole)
  const secrets = [...secretsOf(world.config), ...texts].filter((text) => text.length >= 8)
  return world.logs.filter((line) => {
    // Numbers are also found in other notations: (604) 555-2010, 604%20555%202010.
    const joined = line.replace(/%2[089BD]|[-\s().+]/gi, '')
    return (
      /eyJ[\w-]{8,}\.[\w-]{8,}|ol_[\w-]{43}/.test(line) ||
      secrets.some((secret) => line.includes(secret)) ||
      digits.some((number) => joined.includes(number))
    )
  })
}

function isWhole(number: string): boolean {
  return /^\d{10,}$/.test(number)
}

/** For afterAll: stops the world, and fails when its log told anything it must not. */
export async function stopWithCleanLogs(
  world: World | undefined,
  texts: string[] = [],
): Promise<void> {
  if (!world) return
  const leaks = await leaksOf(world, texts).finally(() => world.stop())
  if (leaks.length > 0) throw new Error(`the log tells too much:\n${leaks.join('')}`)
}
