import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { Routes } from '../sync/number-urls.ts'
import { type LeasedOrder, type Order, phoneOf } from './order.ts'
import type { OrderStore } from './order-store.ts'

/** This deployment imports by hand, and nobody has done it yet. */
export class ImportLeftToPerson extends Error {
  override name = 'ImportLeftToPerson'
}

interface ImportDeps {
  store: OrderStore
  voiceAgents: VoiceAgents
  routes: Routes
  agentId: string
  importByHand: boolean
}

/**
 * Makes the number known to ElevenLabs. Looks first, always: an earlier import may have gone through.
 * A number that this server answers goes live without; one that is live is imported all the same.
 */
export async function importNumber(order: LeasedOrder, deps: ImportDeps): Promise<Order> {
  const number = phoneOf(order)
  if (number.status === 'purchased' && deps.routes.voiceOf(number) === 'server')
    return deps.store.skipImport(order)
  const { phone_number: phoneNumber } = number
  const known = await deps.voiceAgents.findNumber(phoneNumber)
  if (known) return deps.store.recordImported(order, known.id)
  if (deps.importByHand) throw new ImportLeftToPerson(`${phoneNumber} is not in ElevenLabs yet`)

  await deps.store.renew(order)
  const imported = await importOrFind(order, phoneNumber, deps)
  return deps.store.recordImported(order, imported.id)
}

async function importOrFind(
  order: LeasedOrder,
  phoneNumber: string,
  { voiceAgents, agentId }: ImportDeps,
): Promise<{ id: string }> {
  try {
    return await voiceAgents.importNumber({
      phoneNumber,
      label: order.organization_name ?? order.tag,
      agentId,
    })
  } catch (error) {
    // How a second import is refused is not documented, so every refusal may mean "already there".
    const refused = error instanceof CarrierError && error.kind === 'rejected'
    const known = refused ? await voiceAgents.findNumber(phoneNumber) : undefined
    if (!known) throw error
    return known
  }
}
