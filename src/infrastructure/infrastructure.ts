import { variableNames } from '../agent-memory/variables.ts'
import { createElevenLabsAudio } from '../carriers/downloads/elevenlabs-audio.ts'
import { createTwilioFiles } from '../carriers/downloads/twilio-files.ts'
import { createElevenLabsAgentEditor } from '../carriers/elevenlabs/agent-editor.ts'
import { createElevenLabsClient } from '../carriers/elevenlabs/client.ts'
import { createAskedBeforeCalls } from '../carriers/elevenlabs/own/asked-webhook.ts'
import type { OwnWebhooks } from '../carriers/elevenlabs/own/own-webhooks.ts'
import { planElevenLabs } from '../carriers/elevenlabs/setup/plan.ts'
import { createElevenLabsTextConversations } from '../carriers/elevenlabs/texting/text-conversations.ts'
import { createElevenLabsVoiceAgents } from '../carriers/elevenlabs/voice-agents.ts'
import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import type { Downloads } from '../carriers/ports/downloads.ts'
import type { PlanSetup } from '../carriers/ports/setup-plan.ts'
import type { Telephony } from '../carriers/ports/telephony.ts'
import type { TextConversations } from '../carriers/ports/text-conversations.ts'
import type { VoiceAgents } from '../carriers/ports/voice-agents.ts'
import { createTwilioAccount } from '../carriers/twilio/account/account.ts'
import { createTakesToken, createTwilioClient } from '../carriers/twilio/client.ts'
import { createTwilioTelephony } from '../carriers/twilio/telephony.ts'
import { type Config, secretsOf } from '../config/config.ts'
import { createDatabase, type Database } from '../database/db.ts'
import { createReadIdentity } from '../database/identity.ts'
import { createCheckSchema } from '../database/schema/check-schema.ts'
import { Background } from '../platform/background.ts'
import { createLogger, type Logger } from '../platform/logger.ts'
import { createMetrics } from '../platform/monitoring/metrics.ts'
import { databaseTarget } from './database-target.ts'
import { createAnsweredElsewhere, type KnownAddress } from './known-address.ts'
import { observed } from './observed.ts'
import { setupConfigOf, setupRequest } from './setup-request.ts'

const migrations = new URL('../../migrations/', import.meta.url)

/** Anybody may ask whether the server is ready, as often as they like; the database is asked this often. */
const READY_EVERY_MS = 1_000

/** A load balancer asks often and waits little. */
const READY_WAIT_MS = 2_000

/** Nor is the issuer of users' tokens asked for its keys more often, whatever tokens come. */
const KEYS_EVERY_MS = 1_000

/** What tests may put in the place of the real thing. */
export interface Overrides {
  log?: Logger
  db?: Database
  telephony?: Telephony
  voiceAgents?: VoiceAgents
  textConversations?: TextConversations
  agentEditor?: AgentEditor
  downloads?: Downloads
  /** How old an answer of the database may be that `/readyz` repeats. */
  readyEveryMs?: number
  /** How long `/readyz` waits for the database. */
  readyWaitMs?: number
  /** The clock by which refusals leave a line a second, in ms. */
  refusalNow?: () => number
  /** How often the issuer of users' tokens is asked for its keys at most. */
  keysEveryMs?: number
  /** Waits until the notice of a stop is over, of so many ms. */
  notice?: (ms: number) => Promise<unknown>
}

export type Infrastructure = ReturnType<typeof createInfrastructure>

/** What every part stands on: settings, log, database, carriers, and the work that outlives a request. */
export function createInfrastructure(config: Config, overrides: Overrides) {
  const log = overrides.log ?? createLogger({ level: config.logLevel, secrets: secretsOf(config) })
  const db =
    overrides.db ??
    createDatabase(
      databaseTarget(config.database, (err) =>
        log.warn({ err }, 'an idle database connection was lost; the pool makes a new one'),
      ),
    )
  const readIdentity = createReadIdentity(db)
  const readOwn = async (): Promise<OwnWebhooks> => ({
    deployment: (await readIdentity()).id,
    addresses: config.addresses,
    initSecrets: [
      config.elevenLabs.initSecret,
      ...(config.elevenLabs.previousInitSecret ? [config.elevenLabs.previousInitSecret] : []),
    ],
  })
  const metrics = createMetrics()
  const elevenLabs = createElevenLabsClient(config.elevenLabs)
  const twilio = createTwilioClient(config.twilio)
  const telephony = observed(
    overrides.telephony ?? createTwilioTelephony(twilio),
    'twilio',
    metrics,
  )
  const ofElevenLabs = <Port extends object>(port: Port) => observed(port, 'elevenlabs', metrics)
  const voiceAgents = ofElevenLabs(
    overrides.voiceAgents ??
      createElevenLabsVoiceAgents(elevenLabs, {
        baseUrl: config.elevenLabs.baseUrl,
        twilioAccountSid: config.twilio.accountSid,
        twilioAuthToken: config.twilio.authToken,
      }),
  )
  const downloads: Downloads = overrides.downloads ?? {
    ...createTwilioFiles(config.twilio),
    ...createElevenLabsAudio(config.elevenLabs),
  }
  /** Of the deployment's agent alone: those of organizations are as many as there are organizations. */
  const planSetup: PlanSetup = async () => {
    const { id } = await readIdentity()
    return planElevenLabs(setupRequest(setupConfigOf(config), { id, agents: [] }))
  }
  const background = new Background()
  const readiness = { stopping: false }
  const knownAddress: KnownAddress = { elsewhere: undefined }

  return {
    config,
    log,
    db,
    elevenLabs,
    telephony,
    telephonyAccount: createTwilioAccount(twilio),
    planSetup,
    takesToken: createTakesToken(config.twilio),
    voiceAgents,
    metrics,
    textConversations: ofElevenLabs(
      overrides.textConversations ??
        createElevenLabsTextConversations(elevenLabs, config.elevenLabs),
    ),
    downloads,
    agentEditor: ofElevenLabs(
      overrides.agentEditor ??
        createElevenLabsAgentEditor(elevenLabs, {
          variables: [...variableNames],
          readOwn,
          bounds: config.agents.bounds,
        }),
    ),
    askedBeforeCalls: createAskedBeforeCalls(elevenLabs, readOwn),
    readIdentity,
    background,
    readiness,
    knownAddress,
    answeredElsewhere: createAnsweredElsewhere(config.publicUrl, knownAddress),
    readyEveryMs: overrides.readyEveryMs ?? READY_EVERY_MS,
    readyWaitMs: overrides.readyWaitMs ?? READY_WAIT_MS,
    keysEveryMs: overrides.keysEveryMs ?? KEYS_EVERY_MS,
    checkSchema: createCheckSchema({ db, folder: migrations, log }),
  }
}
