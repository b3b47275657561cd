import { isObject } from './deep-merge.ts'
import { elevenLabsError } from './errors.ts'
import type { AgentRow, JsonObject } from './model.ts'

/** Voices that every workspace has, by name. */
const voices: Record<string, string> = {
  cjVigY5qzO86Huf0OWal: 'Eric',
  '21m00Tcm4TlvDq8ikWAM': 'Rachel',
  JBFqnCBsd6RMkjVDRZzb: 'George',
  EXAVITQu4vr4xnSDxMaL: 'Sarah',
  pNInz6obpgDQGcFmaJgB: 'Adam',
  '9BWtsMINqrJLrRacOk9x': 'Aria',
  CwhRBWXzGAHq8TQ4Fs17: 'Roger',
  FGY2WhTYpPnrIDTdsKH5: 'Laura',
  IKne3meq5aSn9XLyUdcD: 'Charlie',
  TX3LPaxmHKxFdv7VOQHJ: 'Liam',
  Xb7hH8MSUJpSbSDYk0k2: 'Alice',
  XrExE9yKIg1WjnnlVkGX: 'Matilda',
  cgSgspJ2msm6clMCkdW9: 'Jessica',
  nPczCjzI2devNBz1zQrb: 'Brian',
  onwK4e9ZLuTAKqWW03F9: 'Daniel',
  pFZP5JQG7iQjIQuC4Bku: 'Lily',
}

const englishOnly: unknown[] = ['eleven_flash_v2', 'eleven_turbo_v2']

/**
 * Throws when an agent could not speak: 422 for a voice that nobody has, 400 for a language that
 * is beyond its model.
 */
export function requireVoice(config: JsonObject): void {
  const { voice_id: voice, model_id: model } = section(config, 'tts')
  if (typeof voice === 'string' && !(voice in voices)) {
    const message = `A voice with the voice_id ${voice} was not found.`
    throw elevenLabsError(422, 'voice_not_found', message)
  }
  if (section(config, 'agent').language !== 'en' && englishOnly.includes(model)) {
    const message = 'Non-english Agents must use turbo or flash v2_5.'
    throw elevenLabsError(400, 'invalid_agent_config', message)
  }
}

/** The voice an agent speaks with. */
export function voiceOf({ conversation_config: config }: AgentRow): unknown {
  return section(config, 'tts').voice_id
}

/** Throws a 400 when an agent does not listen and speak as a Twilio stream does. */
export function requireTelephoneAudio({ conversation_config: config }: AgentRow): void {
  const formats = {
    user_input_audio_format: section(config, 'asr').user_input_audio_format,
    agent_output_audio_format: section(config, 'tts').agent_output_audio_format,
  }
  for (const [name, format] of Object.entries(formats)) {
    if (format === 'ulaw_8000') continue
    const message = `Twilio calls need ulaw_8000 as the agent's ${name}, not ${format}`
    throw elevenLabsError(400, 'invalid_agent_config', message)
  }
}

function section(config: JsonObject, name: string): JsonObject {
  const value = config[name]
  return isObject(value) ? value : {}
}
