import { TIMINGS, timingsOf } from '../sandbox/timings.ts'
import { createElevenLabsClient } from '../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../src/carriers/elevenlabs/voice-agents.ts'
import { createTwilioClient } from '../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../src/carriers/twilio/telephony.ts'
import { parseConfig, secretsOf } from '../src/config/config.ts'
import { createLogger } from '../src/platform/logger.ts'
import { type RunningServer, startServer } from '../src/server/server.ts'
import {
  originOf,
  QUICK_TIMINGS,
  type Server,
  type ServerOptions,
  settingsOf,
} from './deployment.ts'
import type { Variant } from './variant.ts'

/**
 * Nothing is to fail by a time limit: the twins are in the same process, and on a busy machine all of it
 * stands still for a while. No lease is waited for, because nobody is killed. And loops that run several
 * times a second in many such servers would take most of what the process can do.
 */
const PATIENT = {
  CARRIER_TIMEOUT_MS: '15000',
  DATABASE_TIMEOUT_MS: '30000',
}
const UNHURRIED = {
  ...QUICK_TIMINGS,
  ordersIntervalMs: 250,
  releaseIntervalMs: 250,
  usageIntervalMs: 1_000,
  eventsIntervalMs: 1_000,
  repliesIntervalMs: 1_000,
  catchUpIntervalMs: 1_000,
}

/** A server within this process, which is there at once, but cannot be killed. */
export function createInnerServer(options: ServerOptions, variant: Variant): Server {
  const timings = { [TIMINGS]: JSON.stringify(UNHURRIED) }
  const first: Record<string, string> = { ...settingsOf(options), ...PATIENT, ...timings }
  let settings = first
  const output: string[] = []
  let running: Promise<RunningServer> | undefined
  async function kill() {
    await (await running)?.stop()
    running = undefined
  }
  const server: Server = {
    origin: originOf(options),
    kill,
    settings: () => settings,
    async restart(changes) {
      settings = { ...settings, ...changes }
      await kill()
      await server.ensureUp()
    },
    stop: kill,
    // It ends with this process.
    endedByItself: new Promise(() => {}),
    async freeze() {
      throw new Error('a server within this process cannot stand still')
    },
    async ensureUp() {
      const own = variant.settings?.(settings, first) ?? settings
      const config = parseConfig(own, timingsOf(own))
      const telephony = createTwilioTelephony(createTwilioClient(config.twilio))
      const voiceAgents = createElevenLabsVoiceAgents(createElevenLabsClient(config.elevenLabs), {
        baseUrl: config.elevenLabs.baseUrl,
        twilioAccountSid: config.twilio.accountSid,
        twilioAuthToken: config.twilio.authToken,
      })
      running ??= startServer(config, {
        log: createLogger({
          level: config.logLevel,
          secrets: secretsOf(config),
          destination: { write: (line) => void output.push(line) },
        }),
        telephony: variant.telephony?.(telephony, options.databaseUrl) ?? telephony,
        voiceAgents: variant.voiceAgents?.(voiceAgents, options.databaseUrl) ?? voiceAgents,
      })
      await running
    },
    output: () => output.join(''),
  }
  return server
}
