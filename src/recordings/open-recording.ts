import { CarrierError } from '../carriers/ports/carrier-error.ts'
import type { Download, Downloads } from '../carriers/ports/downloads.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import type { Transfer } from '../http/route.ts'
import { askerOf, type Person } from '../platform/actor.ts'
import { AppError } from '../platform/errors.ts'
import type { HandOver } from './hand-over.ts'
import type { Recorded, RecordingStore } from './recording-store.ts'

/** When it is worth asking again for what a carrier is about to have. */
const AGAIN_SECONDS = 10

/** Opens what was recorded of calls: the message on tape, else the conversation with the agent. */
export function createOpenRecording(deps: {
  store: Pick<RecordingStore, 'findRecording' | 'noteListening'>
  downloads: Pick<Downloads, 'openTape' | 'openConversation'>
  telephony: Pick<Telephony, 'isOnTape'>
  voiceAgents: Pick<VoiceAgents, 'getReport'>
  handOver: HandOver
}) {
  const { store, downloads, telephony, voiceAgents } = deps

  /** Why a carrier does not have it: not yet, not any more, or never. */
  async function whyMissing(callId: string, { kind, id }: Source): Promise<AppError> {
    const isComing =
      kind === 'tape'
        ? await telephony.isOnTape(id)
        : (await voiceAgents.getReport(id))?.state === 'running'
    if (isComing)
      return new AppError(
        'recording_not_ready',
        `The recording of call ${callId} is being made ready: ask for it again`,
        { retryAfterSeconds: AGAIN_SECONDS },
      )
    return new AppError('recording_not_found', `Nothing recorded is kept of call ${callId}`)
  }

  /**
   * @throws AppError as RecordingStore, too_many_at_once, content_unfit, range_not_satisfiable; CarrierError
   */
  return async (actor: Person, organizationId: string, callId: string, transfer: Transfer) => {
    const source = sourceOf(await store.findRecording(actor, organizationId, callId))
    if (!source) throw new AppError('recording_not_found', `Call ${callId} was not recorded`)
    return deps.handOver({
      open: (request) =>
        orWhy(
          source.kind === 'tape'
            ? downloads.openTape(source.id, request)
            : downloads.openConversation(source.id, request),
          () => whyMissing(callId, source),
        ),
      key: source.id,
      name: `call-${callId}`,
      asker: askerOf(actor),
      transfer,
      note: () => store.noteListening(actor, organizationId, callId),
    })
  }
}

export type OpenRecording = ReturnType<typeof createOpenRecording>

interface Source {
  kind: 'tape' | 'conversation'
  /** What its carrier calls it. */
  id: string
}

/** Of the address that the telephone company has told, nothing is believed but which recording it is. */
function sourceOf({ tape, conversation_id: conversationId }: Recorded): Source | undefined {
  if (tape === null)
    return conversationId === null ? undefined : { kind: 'conversation', id: conversationId }
  const [, id] = /\/Recordings\/(RE[0-9a-f]{32})$/.exec(tape) ?? []
  return id === undefined ? undefined : { kind: 'tape', id }
}

/** The download, or, where the carrier has none, the error that says why. */
export async function orWhy(
  opening: Promise<Download>,
  why: () => Promise<AppError>,
): Promise<Download> {
  try {
    return await opening
  } catch (error) {
    if (error instanceof CarrierError && error.kind === 'not_found') throw await why()
    throw error
  }
}
