import type { LeasedWork } from '../../database/lease.ts'
import type { Logger } from '../../platform/logger.ts'
import type { RenewalStore } from './renewal-store.ts'

/** How often it is looked whether imports were made with another token. */
export const RENEWAL_INTERVAL_MS = 5_000

/** Whether our Twilio account takes this token. @throws CarrierError where Twilio does not tell */
export type TakesToken = (authToken: string) => Promise<boolean>

/**
 * Brings numbers whose import was made with another Twilio token than the present one to our own
 * route, before Twilio stops signing with that token, and has their imports made anew once it has.
 * Why in this order: ElevenLabs checks Twilio's signature with the token it was given at the import, so
 * an import made too early is of no more use than one made too late. Fails where Twilio does not take
 * the present token, or does not tell.
 */
export function createRenewImports(deps: {
  store: RenewalStore
  takesToken: TakesToken
  authToken: string
  /** The token before the present one, while they are exchanged. */
  previous: { authToken: string; hash: string } | undefined
  manualImport: boolean
  syncDue: (signal: AbortSignal) => Promise<unknown>
  log: Logger
}): LeasedWork<Record<string, never>> {
  const { store, previous, log } = deps
  /** Whether Twilio has taken our token since this server was started. */
  let accepted = false
  /** Whether no import needed the token before, when it was looked last; that is told once. */
  let wasClear = false

  /** One that is mistyped is none that imports could be judged by. */
  async function seeAccepted(): Promise<void> {
    accepted ||= await deps.takesToken(deps.authToken)
    if (accepted) return
    throw new Error('Twilio does not take TWILIO_AUTH_TOKEN, so no import is judged by it')
  }

  /** @returns whether there may be more to do at once */
  async function step(signal: AbortSignal): Promise<boolean> {
    const { leads, changed, ask, clear } = await store.review()
    if (!leads) return false
    if (clear && !wasClear)
      log.info('no import needs the previous token: promote the secondary one')
    wasClear = clear
    if (changed > 0) {
      log.info({ numbers: changed }, 'numbers change who answers them, because of their imports')
      await deps.syncDue(signal)
      return true
    }
    if (ask && previous && (await isOver(previous.authToken))) {
      log.info('Twilio takes the previous token no more')
      await store.noteRefused(previous.hash)
      return true
    }
    const ordered = deps.manualImport ? 0 : await store.order()
    if (ordered > 0) log.info({ imports: ordered }, 'imports are made anew')
    return false
  }

  /** One refusal proves nothing: it must be for this token, and not for our account. */
  async function isOver(token: string): Promise<boolean> {
    const { takesToken } = deps
    return (
      !(await takesToken(token)) && (await takesToken(deps.authToken)) && !(await takesToken(token))
    )
  }

  return async (signal) => {
    await seeAccepted()
    while (!signal.aborted && (await step(signal))) {}
    return undefined
  }
}
