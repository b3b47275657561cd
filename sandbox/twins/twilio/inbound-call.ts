import type { World } from '../core/world.ts'
import { newCall, voiceParams } from './call.ts'
import type { CallRow, NumberRow } from './model.ts'
import { type Answer, askApplication } from './webhooks.ts'

/** Lets a number ring: records the call and asks the voice URL, then its fallback. */
export async function receiveCall(
  world: World,
  number: NumberRow,
  { from, at }: { from: string; at?: Date | undefined },
): Promise<{ call: CallRow; answer: Answer }> {
  const call = newCall(
    {
      from,
      to: number.phone_number,
      direction: 'inbound',
      status: 'ringing',
      phone_number_sid: number.sid,
    },
    at,
  )
  world.change(({ twilio }) => twilio.calls.push(call))
  const answer = await askApplication(world, {
    channel: 'voice',
    primary: { url: number.voice_url, method: number.voice_method },
    fallback: { url: number.voice_fallback_url, method: number.voice_fallback_method },
    params: voiceParams(call),
  })
  return { call, answer }
}
