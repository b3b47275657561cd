import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from './client.ts'
import type { Line, PlayedDeployment } from './played.ts'

const PATIENCE_MS = 30_000
const PAUSE_MS = 200

/** How long a sign-up takes at most, on a machine that has much else to do. */
const SIGN_UP_MS = 120_000

/** The finest that Twilio tells. */
const SECOND_MS = 1_000

/** Of the area codes of the plans. */
export const isAmerican = (number: string) => /^\+1(212|305|415)/.test(number)

/**
 * The lines that are held, or were given up; looked for where none is known yet. `isSure`: that have been
 * live for more than a second. A sign-up may be answered with a number that is not set up yet.
 */
export async function findLines(
  client: Client,
  own: PlayedDeployment,
  { isGivenUp = false, isSure = false },
): Promise<Line[]> {
  const begun = Date.now()
  const known = () => own.lines.filter((line) => line.isGivenUp === isGivenUp)
  for (;;) {
    const lines = isSure ? known().filter(isLiveForASecond) : known()
    const waited = Date.now() - begun
    if (lines.length > 0 || waited > SIGN_UP_MS) return lines
    const isLastTime = waited > PATIENCE_MS && !(await isToCome(client, own, isGivenUp))
    await sleep(PAUSE_MS)
    if (own.lines.length === 0 || (isSure && !known().some(isLive))) {
      for (const line of await liveLines(client)) addLine(own, line, Date.now())
    }
    // What is live will have been for a second.
    if (isLastTime && !known().some((line) => !isSure || isLive(line))) return []
  }
}

const isLive = ({ liveAt }: Line) => liveAt !== undefined

function isLiveForASecond({ since, liveAt }: Line): boolean {
  return liveAt !== undefined && Date.now() - Math.max(since, liveAt) >= SECOND_MS
}

/**
 * Notes that an organization has the number, which a look may have told before the answer did; `liveAt`: where
 * it is known to be live.
 */
export function addLine(
  own: PlayedDeployment,
  { organizationId, number }: Pick<Line, 'organizationId' | 'number'>,
  liveAt?: number,
) {
  const known = own.lines.find(
    (each) => each.organizationId === organizationId && each.number === number,
  )
  if (known) known.liveAt ??= liveAt
  else own.lines.push({ organizationId, number, isGivenUp: false, since: Date.now(), liveAt })
}

/** Waits, within bounds, until no order is under way; a request may be answered before. */
export async function untilFilled(client: Client): Promise<void> {
  const end = Date.now() + SIGN_UP_MS
  while ((await isOrdering(client)) && Date.now() < end) await sleep(PAUSE_MS)
}

/** Whether a number is still on its way; it may be known before it is live. */
async function isToCome(client: Client, own: PlayedDeployment, isGivenUp: boolean) {
  if (isGivenUp) return false
  return own.signingUp > 0 || (await isOrdering(client))
}

async function isOrdering(client: Client): Promise<boolean> {
  const running = await client.send('GET', '/api/admin/orders?status=running')
  return running?.body?.orders?.length !== 0
}

async function liveLines(client: Client) {
  const list = await client.send('GET', '/api/admin/phone-numbers?status=assigned')
  const numbers: { organization_id: string; phone_number: string }[] =
    list?.body?.phoneNumbers ?? []
  return numbers.map(({ organization_id, phone_number }) => {
    return { organizationId: organization_id, number: phone_number }
  })
}
