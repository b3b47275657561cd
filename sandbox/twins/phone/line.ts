import type { World } from '../core/world.ts'
import { voiceParams } from '../twilio/call.ts'
import type { CallRow } from '../twilio/model.ts'
import type { TwimlElement } from '../twilio/twiml.ts'
import { type Answer, askApplication, type Target } from '../twilio/webhooks.ts'

/** A call that follows TwiML. */
export interface Line {
  world: World
  call: CallRow
  /** What the customer says to whoever, or whatever, listens. */
  says: string[]
  /** Before anybody speaks. */
  hangsUp?: 'while_ringing' | 'at_once' | undefined
  /** Then they ask the agent for a person. */
  wantsPerson?: boolean
  /** Asked when a document cannot be had. */
  fallback: Target
}

/** What a customer leaves on tape. */
export interface Recording {
  recordingSid: string
  recordingUrl: string
  text: string
  /** Seconds. */
  duration: number
}

/** What a customer experiences of a call. */
export interface Heard {
  /** Words of the application and the first ones of its agent. */
  said: string[]
  /** All there was to hear, in order; what is no speech in parentheses. */
  sounds: string[]
  /** Simulated seconds of it all. */
  seconds: number
  /** Whether the customer talked to an agent. */
  connected: boolean
  rejected: boolean
  /** The number the call was put through to, whether or not anybody answered there. */
  forwardedTo: string | null
  /** What whoever answered there heard before the customer. */
  whispered: string | null
  recorded: Recording | null
  /** Why the customer reached nobody. */
  error?: string
}

/** Where a call goes from a verb: to the `next` one, to its end, or to another document. */
export type Step = 'next' | 'over' | Answer

/** One verb of a document that came from `base`. */
export interface Verb extends TwimlElement {
  base: string
}

/** How long a sentence takes. */
export const sentenceSeconds = 3

/** Lets the customer hear something for so many seconds. */
export function hear(heard: Heard, sound: string, seconds = sentenceSeconds): void {
  heard.sounds.push(sound)
  heard.seconds += seconds
}

/**
 * Asks where an attribute, or the text, of a verb leads, in the name of the call; `undefined`
 * stays with the document itself, as Twilio does.
 */
export async function ask(
  { world, call, fallback }: Line,
  { base, attributes }: Verb,
  { href = base, ...params }: { href: string | undefined; [name: string]: string | undefined },
): Promise<Answer> {
  if (!URL.canParse(href, base)) {
    return { url: href, status: null, body: null, verbs: [], errorCode: 11100 }
  }
  const reported = Object.entries(params).filter((each): each is [string, string] => !!each[1])
  return await askApplication(world, {
    channel: 'voice',
    primary: { url: new URL(href, base).href, method: methodOf(attributes.method) },
    fallback,
    params: { ...voiceParams(call), ...Object.fromEntries(reported) },
  })
}

/** The method that a verb names; POST unless it says GET. */
export function methodOf(name: string | undefined): string {
  return name?.toUpperCase() === 'GET' ? 'GET' : 'POST'
}
