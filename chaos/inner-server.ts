import { timingsOf } from '../sandbox/timings.ts'
import { createElevenLabsClient } from '../src/carriers/elevenlabs/client.ts'
import { createElevenLabsVoiceAgents } from '../src/carriers/elevenlabs/voice-agents.ts'
import { createTwilioClient } from '../src/carriers/twilio/client.ts'
import { createTwilioTelephony } from '../src/carriers/twilio/telephony.ts'
import { parseConfig, secretsOf } from '../src/config/config.ts'
import { createLogger } from '../src/platform/logger.ts'
import { type RunningServer, startServer } from '../src/server/server.ts'
import { originOf, type Server, type ServerOptions, settingsOf } from './deployment.ts'
import type { Variant } from './variant.ts'

/** A server within this process, which is there at once, but cannot be killed. */
export function createInnerServer(options: ServerOptions, variant: Variant): Server {
  const first: Record<string, string> = settingsOf(options)
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
        voiceAgents: variant.voiceAgents?.(voiceAgents) ?? voiceAgents,
      })
      await running
    },
    output: () => output.join(''),
  }
  return server
}
