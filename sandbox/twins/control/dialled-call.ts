import { reactionOf, ring } from '../core/reactions.ts'
import type { World } from '../core/world.ts'
import { sendTranscription } from '../elevenlabs/post-call.ts'
import { talk } from '../phone/talk.ts'
import { endCall, voiceParams } from '../twilio/call.ts'
import type { CallRow } from '../twilio/model.ts'
import type { Instructions } from '../twilio/outbound-call.ts'
import { answerOf, askApplication } from '../twilio/webhooks.ts'

const nowhere = { url: '', method: 'POST' }

/** Lets a customer's phone ring, and has them react as arranged, up to the end of the call. */
export async function ringCustomer(
  world: World,
  call: CallRow,
  { voice, statusCallback }: Instructions,
): Promise<void> {
  const reaction = reactionOf(world, call.to)
  const { result, says } = reaction
  setStatus(world, call, 'ringing')
  await ring(world, reaction)
  if (result !== 'answered') {
    return await endCall(world, call, { status: result, duration: 0 }, statusCallback)
  }
  setStatus(world, call, 'in-progress')
  const answer =
    'twiml' in voice
      ? answerOf(voice.twiml)
      : await askApplication(world, {
          channel: 'voice',
          primary: voice,
          fallback: nowhere,
          params: voiceParams(call),
        })
  const line = { world, call, says, fallback: nowhere }
  const { talking } = await talk(line, answer, statusCallback)
  if (talking !== undefined) await sendTranscription(world, talking)
}

function setStatus(world: World, call: CallRow, status: string): void {
  world.change(() => {
    call.status = status
  })
}
