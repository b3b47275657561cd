import { CarrierError } from '../../carriers/ports/carrier-error.ts'
import type { Telephony } from '../../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../../carriers/ports/voice-agents.ts'
import { TimeUp, withinDeadline } from '../../platform/deadline.ts'
import type { MarkedNumber } from '../quarantine-mark.ts'
import type { CompareSettings } from '../sync/settings-difference.ts'
import { checkIsOf } from '../sync/sync-number.ts'
import type { FindTakenTexts } from '../sync/taken-texts.ts'

/** What the carriers have at this moment, against what they are to have. */
export type CarriersNow =
  /**
   * `wrong`: the names of settings that are not as they are to be. `texts` and `calls`: why these do not
   * come here, or are answered by nobody, although the number's own settings are right.
   */
  | { asked: true; wrong: string[]; texts: Obstacle | undefined; calls: Obstacle | undefined }
  | { asked: false; reason: string }

/** `isSeen` false: it could not be asked whether there is one. */
export interface Obstacle {
  isSeen: boolean
  what: string
}

export type ReadCarriers = (number: MarkedNumber, agentId: string) => Promise<CarriersNow>

/** Asks what `sync` asks, and changes nothing. Never fails: what cannot be asked is said so. */
export function createReadCarriers(deps: {
  telephony: Pick<Telephony, 'getNumber'>
  voiceAgents: Pick<VoiceAgents, 'getNumber' | 'findAgentFlaw'>
  compare: CompareSettings
  findTakenTexts: FindTakenTexts
  /** For all that is asked about Messaging Services, in milliseconds. */
  deadlineMs: number
  /** Whether any agent is to take the number's calls. */
  isAnswered: (number: MarkedNumber) => boolean
}): ReadCarriers {
  const { telephony, voiceAgents, compare } = deps

  const texts = (number: MarkedNumber) =>
    obstacle('whether a Messaging Service takes its texts away', async () => {
      const { taken, doubt } = await withinDeadline(deps.deadlineMs, (signal) =>
        deps.findTakenTexts([number], signal),
      )
      const found = taken.get(number.phone_number)
      return found === undefined && doubt !== undefined ? { isSeen: false, what: doubt } : found
    })

  const calls = async (number: MarkedNumber, agentId: string) =>
    deps.isAnswered(number)
      ? obstacle(`whether agent ${agentId} can take a call`, () =>
          voiceAgents.findAgentFlaw(agentId),
        )
      : undefined

  return async (number, agentId) => {
    const { twilio_phone_sid: sid, elevenlabs_phone_id: voiceId } = number
    if (!sid) return { asked: false, reason: 'it has no Twilio SID' }
    try {
      const [owned, imported] = await Promise.all([
        telephony.getNumber(sid),
        voiceId && compare.needsImport(number) ? voiceAgents.getNumber(voiceId) : undefined,
      ])
      checkIsOf(number, owned)
      const { names: wrong } = compare.settings(number, agentId, owned, imported)
      const [takenTexts, noCalls] = await Promise.all([texts(number), calls(number, agentId)])
      return { asked: true, wrong, texts: takenTexts, calls: noCalls }
    } catch (thrown) {
      if (thrown instanceof CarrierError) return { asked: false, reason: thrown.message }
      throw thrown
    }
  }
}

export function obstaclesOf(carriersNow: CarriersNow | undefined): Obstacle[] {
  return carriersNow?.asked
    ? [carriersNow.texts, carriersNow.calls].flatMap((each) => each ?? [])
    : []
}

async function obstacle(
  question: string,
  ask: () => Promise<string | Obstacle | undefined>,
): Promise<Obstacle | undefined> {
  const notAsked = (why: string): Obstacle => {
    return { isSeen: false, what: `${question} could not be asked: ${why}` }
  }
  try {
    const what = await ask()
    if (typeof what === 'string') return { isSeen: true, what }
    return what && notAsked(what.what)
  } catch (thrown) {
    if (thrown instanceof CarrierError || thrown instanceof TimeUp) return notAsked(thrown.message)
    throw thrown
  }
}

/** Why it is not known that a text, or a call, takes the way it should; undefined where it is. */
export function doubtAbout(
  carriersNow: CarriersNow | undefined,
  settings: string[],
  kind: 'texts' | 'calls',
): string | undefined {
  if (!carriersNow) return undefined
  if (!carriersNow.asked)
    return `Whether the carriers send it here could not be asked: ${carriersNow.reason}.`
  const wrong = carriersNow.wrong.filter((name) => settings.includes(name))
  if (wrong.length > 0)
    return `But ${wrong.join(', ')} is not as it is to be at the carriers now, so it may go elsewhere.`
  const found = carriersNow[kind]
  return found && `But ${found.what}.`
}
