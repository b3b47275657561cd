import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { ADMIN, atCarriers, control, PATIENCE_MS, request } from './requests.ts'
import type { World } from './world.ts'

export interface CarrierLine {
  id: string
  number: string
}

/** All that the carriers have of a customer and a line, legs and recordings of their calls included. */
export async function keptAtCarriers(world: World, customer: string, { number }: CarrierLine) {
  const { twilio, elevenlabs } = await atCarriers(world)
  const isOf = (row: object) => {
    const text = JSON.stringify(row)
    return text.includes(customer) && text.includes(number)
  }
  const calls = new Set<string>(twilio.calls.filter(isOf).map(sidOf))
  return {
    messages: twilio.messages.filter(isOf).map(sidOf) as string[],
    calls: [...calls],
    legs: twilio.calls
      .filter((row: { parent_call_sid: string }) => calls.has(row.parent_call_sid))
      .map(sidOf) as string[],
    recordings: twilio.recordings
      .filter((row: { call_sid: string }) => calls.has(row.call_sid))
      .map(sidOf) as string[],
    conversations: elevenlabs.conversations.filter(isOf) as object[],
  }
}

const sidOf = (row: { sid: string }) => row.sid

export const nothing = { messages: [], calls: [], legs: [], recordings: [], conversations: [] }

/** How many there are of each. */
export const countsOf = (kept: Record<string, unknown[]>) =>
  Object.fromEntries(Object.entries(kept).map(([name, rows]) => [name, rows.length]))

/** Erases the contact with this number; `status` of the answer. */
export async function eraseContact(world: World, { id }: CarrierLine, customer: string) {
  const path = `/api/organizations/${id}/contacts`
  const query = `?phoneNumber=${encodeURIComponent(customer)}`
  const { body } = await request(world.origin, 'GET', path + query, { token: ADMIN })
  const contactPath = `${path}/${body.contacts[0]?.id}`
  const { status } = await request(world.origin, 'DELETE', contactPath, { token: ADMIN })
  return { status, contactPath }
}

export const eraseTick = (world: World) =>
  world.context.privacy.eraseAtCarriers.tick(new AbortController().signal)

/** Prices are told and listed, and the loop runs until nothing is left that is due, or to be. */
export async function eraseAll(world: World): Promise<void> {
  const end = Date.now() + PATIENCE_MS
  for (;;) {
    await control(world, 'POST', 'idle')
    const listing = world.context.usage.collectCharges(new AbortController().signal, {})
    // A fault that was meant for the erasing may meet it; the loop lists again, too.
    await listing.catch((error: unknown) => {
      if (!(error instanceof CarrierError)) throw error
    })
    await eraseTick(world)
    const open = await world.sql('select * from carrier_erasures where done_at is null')
    if (open.length === 0) return
    if (Date.now() > end) throw new Error(`not erased: ${JSON.stringify(open)}`)
    await new Promise((resolve) => setTimeout(resolve, 20))
  }
}
