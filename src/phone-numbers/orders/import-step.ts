import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { ImportedNumber, VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { NumberUrls } from '../sync/number-urls.ts'
import type { Sync } from '../sync/sync-number.ts'
import type { EarlyImport } from './early-import.ts'
import { type LeasedOrder, type Order, phoneOf } from './order.ts'
import type { ImportMade, OrderStore } from './order-store.ts'

/** This deployment manual imports, and nobody has done it yet. */
export class ImportLeftToPerson extends Error {
  override name = 'ImportLeftToPerson'
}

interface ImportDeps {
  store: OrderStore
  voiceAgents: VoiceAgents
  routes: NumberUrls
  sync: Sync
  agentId: string
  manualImport: boolean
  /** Of the Twilio token that imports are made with. */
  tokenHash: string
  /** Whether imports may still be made with the token before that. */
  hasFormerToken: boolean
  earlyImport: EarlyImport | undefined
  /** An import was made, and the number has what it left. */
  onMade: () => void
}

/**
 * Makes the number known to ElevenLabs. Looks first, always: an earlier import may have gone through.
 * A number that this server answers goes live without; one that is live is imported all the same.
 * One whose import is of no use any more points at our own route, read back, before anything is done
 * about it, so that it is answered wherever this breaks off.
 */
export async function importNumber(order: LeasedOrder, deps: ImportDeps): Promise<Order> {
  const number = phoneOf(order)
  if (number.status === 'purchased' && deps.routes.voiceOf(number) === 'server')
    return deps.store.skipImport(order)
  const { phone_number: phoneNumber } = number
  if (number.import.state) await answerHere(order, number, deps)
  const known = await findKnown(phoneNumber, deps)
  if (known && number.import.state === 'gone') await checkKnown(known, deps.voiceAgents)
  if (known && !isOutdated(number, known, deps.tokenHash))
    return deps.store.recordImported(order, found(number, known, deps))
  if (deps.manualImport) throw new ImportLeftToPerson(`${phoneNumber} is not in ElevenLabs yet`)
  if (known) await removeOutdated(order, number, known, deps)

  await deps.store.beginImport(order, deps.tokenHash)
  return deps.store.recordImported(order, await importOrFind(order, number, deps))
}

async function findKnown(phoneNumber: string, { earlyImport, voiceAgents }: ImportDeps) {
  const early = earlyImport?.phoneNumber === phoneNumber ? await earlyImport.answer : undefined
  return early ? early.known : voiceAgents.findNumber(phoneNumber)
}

function answerHere(order: LeasedOrder, number: MarkedNumber, deps: ImportDeps) {
  return deps.sync(number, deps.agentId, () => deps.store.renew(order))
}

/** What is listed may be asked for, or the next step would send the order back here for ever. */
async function checkKnown({ id, phoneNumber }: ImportedNumber, voiceAgents: VoiceAgents) {
  try {
    await voiceAgents.getNumber(id)
  } catch (error) {
    if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
    throw new CarrierError(
      'elevenlabs',
      'phoneNumbers.get',
      'bad_reply',
      `${id} is not known, though it is listed as ${phoneNumber}`,
    )
  }
}

/** Made with a token that Twilio takes no more; but not where it is what we have asked for since. */
function isOutdated(number: MarkedNumber, known: ImportedNumber, tokenHash: string): boolean {
  const { state, begun_hash } = number.import
  const isRenewed = known.id !== number.elevenlabs_phone_id && begun_hash === tokenHash
  return state === 'refused' && !isRenewed
}

/**
 * With which token what is found was made; null where nobody knows, as of one that a person made. What we
 * asked for and got no answer about may have been there before, where a list of ElevenLabs' was wrong. That
 * matters while there is a former token, and of a number that is older than the present one and has no import
 * that we know; but not for a renewal, which has removed the one before.
 */
function hashOfFound(
  { import: { state, token_hash, begun_hash, may_be_older }, elevenlabs_phone_id }: MarkedNumber,
  known: ImportedNumber,
  { tokenHash, hasFormerToken }: Pick<ImportDeps, 'tokenHash' | 'hasFormerToken'>,
): string | null {
  if (known.id === elevenlabs_phone_id) return token_hash
  const mayBeOlder = hasFormerToken || (may_be_older && elevenlabs_phone_id === null)
  const isInDoubt = mayBeOlder && state !== 'refused' && begun_hash === tokenHash
  return isInDoubt ? null : begun_hash
}

function found(number: MarkedNumber, known: ImportedNumber, deps: ImportDeps): ImportMade {
  return { id: known.id, tokenHash: hashOfFound(number, known, deps), made: false }
}

/** ElevenLabs does not say what becomes of the URLs at Twilio then, so they are read back once more. */
async function removeOutdated(
  order: LeasedOrder,
  number: MarkedNumber,
  known: ImportedNumber,
  deps: ImportDeps,
): Promise<void> {
  await deps.store.renew(order)
  try {
    await deps.voiceAgents.removeNumber(known.id)
  } catch (error) {
    if (!(error instanceof CarrierError && error.kind === 'not_found')) throw error
  }
  await answerHere(order, number, deps)
}

/** Imports it; what is there already was begun before, with the token of that time. */
async function importOrFind(
  order: LeasedOrder,
  number: MarkedNumber,
  deps: ImportDeps,
): Promise<ImportMade> {
  const { phone_number: phoneNumber } = number
  const { voiceAgents, agentId, tokenHash, onMade } = deps
  try {
    const { id } = await voiceAgents.importNumber({
      phoneNumber,
      label: order.organization_name ?? order.tag,
      agentId,
    })
    onMade()
    return { id, tokenHash, made: true }
  } catch (error) {
    // How a second import is refused is not documented, so every refusal may mean "already there".
    if (!(error instanceof CarrierError && error.kind === 'rejected')) throw error
    // What is found now or later was not begun by this request.
    await deps.store.beginImport(order, number.import.begun_hash)
    const known = await voiceAgents.findNumber(phoneNumber)
    if (!known) throw error
    return found(number, known, deps)
  }
}
