import { setTimeout as sleep } from 'node:timers/promises'
import { accountSid } from '../test/support/twilio-console.ts'
import { readCarriers } from './carriers.ts'
import { IMPORTS_WANTED } from './open.ts'
import type { Deployment, World } from './world.ts'

const PAUSE_MS = 200

interface Notification {
  phone_number: string | null
  phone_numbers: string[] | null
}

/**
 * A person who reads the notifications of all deployments and does what they say: imports the numbers
 * in ElevenLabs' dashboard, and activates them; until `leave`. What fails is done again, because the
 * notification is still there.
 */
export function startImporter(world: World): { leave(): Promise<void> } {
  const leaving = new AbortController()
  const work = async () => {
    while (!leaving.signal.aborted) {
      for (const deployment of world.deployments) {
        for (const number of await numbersToImport(deployment)) {
          await world.withToken(async (token) => {
            await importNumber(number, token, deployment, world)
            return undefined
          })
        }
      }
      await sleep(PAUSE_MS, undefined, { signal: leaving.signal }).catch(() => {})
    }
  }
  const working = work()
  // Whoever waits for the end hears of it.
  working.catch(() => {})
  return {
    leave() {
      leaving.abort()
      return working
    },
  }
}

async function numbersToImport({ client }: Deployment): Promise<string[]> {
  const found: string[] = []
  for (const type of IMPORTS_WANTED) {
    const path = `/api/admin/notifications?status=pending&type=${type}`
    const answer = await client.send('GET', path)
    const notifications: Notification[] = answer?.body?.notifications ?? []
    for (const { phone_number, phone_numbers } of notifications) {
      found.push(...(phone_numbers ?? (phone_number ? [phone_number] : [])))
    }
  }
  return [...new Set(found)]
}

/** Imports it, unless the dashboard has it with the token that holds, and activates it with the id. */
async function importNumber(number: string, token: string, { client }: Deployment, world: World) {
  const { elevenlabs } = await readCarriers(world)
  const former = elevenlabs.phoneNumbers.find(({ phone_number }) => phone_number === number)
  let id = former?.token_is_current ? former.phone_number_id : undefined
  if (former && !id) await inDashboard(world, 'DELETE', `/${former.phone_number_id}`)
  id ??= (
    await inDashboard(world, 'POST', '', {
      provider: 'twilio',
      phone_number: number,
      label: 'manually',
      sid: accountSid,
      token,
    })
  )?.phone_number_id
  if (!id) return
  const path = `/api/admin/phone-numbers/${number}/activate`
  // Once: where it cannot be done yet, other numbers are not kept waiting.
  await client.sendOnce('POST', path, { elevenLabsPhoneId: id })
}

/** Undefined: it failed, or nobody knows. */
async function inDashboard(world: World, method: string, path: string, body?: object) {
  const key = world.servers[0]?.settings().ELEVENLABS_API_KEY ?? ''
  const answer = await fetch(`${world.twins}/elevenlabs/v1/convai/phone-numbers${path}`, {
    method,
    headers: { 'xi-api-key': key, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(5_000),
  }).catch(() => undefined)
  if (!answer?.ok) return undefined
  return (await answer.json().catch(() => undefined)) as { phone_number_id?: string } | undefined
}
