import { z } from 'zod'
import type { Config } from '../../config/config.ts'
import type { Database } from '../../database/db.ts'
import type { ReadIdentity } from '../../database/identity.ts'
import type { KnownAddress } from '../../infrastructure/known-address.ts'
import type { Logger } from '../../platform/logger.ts'
import { type AddressProof, proveAddress } from './prove-address.ts'

/** How often in a row it must not be proven: a balancer needs a moment to find a server that has just started. */
const SURE_AFTER = 2

const Noted = z.object({
  stored: z.string().nullable().describe('where the numbers point'),
  moved: z.boolean(),
  due: z.int(),
  waits: z.boolean(),
})

/**
 * Proves again and again that PUBLIC_URL leads to this deployment. What changes is logged, and told to
 * a person where somebody else answers. Where the operator says by PUBLIC_URL_PREVIOUS that the
 * deployment has moved, its numbers follow once that is proven.
 */
export function createWatchAddress(deps: {
  config: Pick<Config, 'publicUrl' | 'addresses' | 'voice' | 'elevenLabs'>
  /** Of the Twilio token that imports are made with. */
  tokenHash: string
  db: Database
  readIdentity: ReadIdentity
  /** What is found out is kept here for others. */
  knownAddress: KnownAddress
  log: Logger
}): (signal: AbortSignal) => Promise<void> {
  const { config, db, log } = deps
  const { publicUrl } = config
  /** What was found last, and how often in a row. */
  let found: AddressProof['result'] | undefined
  let times = 0
  /** What is on record; a result is told once, and one whose telling failed again. */
  let reported: AddressProof['result'] | undefined
  /** The numbers are to follow, and cannot yet. */
  let isWaiting = false

  function note({ result, detail }: AddressProof) {
    return db.rpc(
      'note_address',
      {
        publicUrl,
        previousUrl: config.addresses[1] ?? null,
        result,
        detail,
        inboundVoice: config.voice.inbound,
        agentId: config.elevenLabs.agentId,
        tokenHash: deps.tokenHash,
        again: result === reported,
      },
      Noted,
    )
  }

  function keep({ result, detail }: AddressProof): void {
    if (result === 'reached') deps.knownAddress.elsewhere = undefined
    if (result === 'elsewhere') deps.knownAddress.elsewhere = { detail, at: new Date() }
  }

  function report(proof: AddressProof): void {
    const facts = { publicUrl, detail: proof.detail }
    if (proof.result === 'reached') log.info(facts, 'PUBLIC_URL leads to this deployment')
    else if (proof.result === 'elsewhere') log.error(facts, 'somebody else answers at PUBLIC_URL')
    else log.warn(facts, 'PUBLIC_URL could not be reached from here; that proves nothing')
  }

  return async (signal) => {
    const { secret } = await deps.readIdentity()
    const proof = await proveAddress(publicUrl, secret, signal)
    if (signal.aborted) return
    times = proof.result === found ? times + 1 : 1
    found = proof.result
    if (proof.result !== 'reached' && times < SURE_AFTER) return
    keep(proof)
    // A move that is not proven yet is looked at each time; and a proof ends what any server told, each time.
    if (proof.result === reported && proof.result !== 'reached' && !isWaiting) return
    const { moved, due, stored, waits } = await note(proof)
    isWaiting = waits
    if (proof.result !== reported) report(proof)
    reported = proof.result
    if (moved) log.warn({ from: stored, to: publicUrl, due }, 'numbers follow to PUBLIC_URL')
  }
}
