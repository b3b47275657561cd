import { z } from 'zod'
import type { World } from '../core/world.ts'
import type { ConversationRow, DynamicVariables } from '../elevenlabs/model.ts'
import { sendTranscription } from '../elevenlabs/post-call.ts'
import { voiceOrigin } from '../elevenlabs/voice-origin.ts'
import { talk } from '../phone/talk.ts'
import { receiveCall } from '../twilio/inbound-call.ts'
import type { NumberRow } from '../twilio/model.ts'
import { ownedNumber } from './owned-number.ts'
import { pastTime } from './past-time.ts'
import { parseBody } from './problem.ts'

const PhoneCall = z.strictObject({
  from: z.string().min(1),
  to: z.string().min(1),
  says: z.array(z.string()).default([]),
  hangsUp: z.enum(['while_ringing', 'at_once']).optional(),
  /** After that they ask the agent for a person, and it uses the tool that it has for that. */
  wantsPerson: z.boolean().default(false),
  at: pastTime,
})

/**
 * A customer calls, hears what there is to hear, says each text of `says` to the agent, the
 * person or the tape they reach, and hangs up. The answer comes when the call is on record and its
 * webhooks are delivered: `heard` is all there was to hear, `agentSaid` the words of the
 * application and its agent alone, `postCall` how the first delivery of the post-call webhook
 * ended, null when none was due. Who hangs up while it rings hears nothing; who does at once, as soon as
 * somebody is to speak, hears no word of an agent.
 */
export async function placeCall(world: World, body: unknown): Promise<unknown> {
  const { from, to, says, hangsUp, wantsPerson, at } = parseBody(PhoneCall, body)
  const number = ownedNumber(world, to)
  const mode = modeOf(world, number)
  const fallback = { url: number.voice_fallback_url, method: number.voice_fallback_method }
  const statusCallback = { url: number.status_callback, method: number.status_callback_method }
  const { call, answer } = await receiveCall(world, number, { from, at })
  const line = { world, call, says, hangsUp, wantsPerson, fallback }
  const { heard, conversation, talking } = await talk(line, answer, statusCallback)
  return {
    answered: heard.error === undefined,
    ...(heard.error !== undefined && { error: heard.error }),
    mode,
    heard: heard.sounds,
    agentSaid: heard.said.join(' '),
    forwardedTo: heard.forwardedTo,
    whispered: heard.whispered,
    recorded: heard.recorded,
    variables: talking === undefined ? {} : ownVariables(talking),
    callSid: call.sid,
    conversationId: conversation?.conversation_id ?? null,
    postCall: talking === undefined ? null : await sendTranscription(world, talking),
  }
}

/** Who is asked about the calls of a number: ElevenLabs, or a server; `null` for nobody. */
function modeOf(world: World, { voice_url: url }: NumberRow): 'elevenlabs' | 'server' | null {
  if (url === '') return null
  const isOurs = [world.origin, voiceOrigin(world)].some((each) =>
    url.startsWith(`${each}/elevenlabs/`),
  )
  return isOurs ? 'elevenlabs' : 'server'
}

/** The variables that came from the customer's server. */
function ownVariables(row: ConversationRow): DynamicVariables {
  const variables = Object.entries(row.conversation_initiation_client_data.dynamic_variables)
  return Object.fromEntries(variables.filter(([name]) => !name.startsWith('system__')))
}
