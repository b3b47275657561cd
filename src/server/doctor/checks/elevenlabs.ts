import type { AgentEditor } from '../../../carriers/ports/agent-editor.ts'
import type { AskedBeforeCalls } from '../../../carriers/ports/asked-before-calls.ts'
import { CarrierError } from '../../../carriers/ports/carrier-error.ts'
import type { PlanSetup, SetupPlan } from '../../../carriers/ports/setup-plan.ts'
import type { VoiceAgents } from '../../../carriers/ports/voice-agents.ts'
import type { Config } from '../../../config/config.ts'
import { type Check, error, type Finding, ok, warning } from '../check.ts'

const RUN = 'Run npm run setup:elevenlabs.'

/** Whether there is the agent, with its variables, overrides and limits as the set-up makes them. */
export function createAgentCheck(deps: {
  agentId: string
  voiceAgents: Pick<VoiceAgents, 'findAgentFlaw'>
  agentEditor: Pick<AgentEditor, 'missingVariables'>
  planSetup: PlanSetup
}): Check {
  const { agentId } = deps
  return async () => {
    try {
      const [missing, flaw, plan] = await Promise.all([
        deps.agentEditor.missingVariables(agentId, {}),
        deps.voiceAgents.findAgentFlaw(agentId),
        deps.planSetup(),
      ])
      const found = [...ofWords(agentId, missing), ...ofFlaw(flaw), ...ofPlan(plan)]
      return found.length > 0 ? found : ok(`Agent ${agentId} is as it is to be.`)
    } catch (thrown) {
      if (!(thrown instanceof CarrierError && thrown.kind === 'not_found')) throw thrown
      return error(
        `ElevenLabs has no agent ${agentId}.`,
        'Correct ELEVENLABS_AGENT_ID, or leave it empty and run npm run setup:elevenlabs, which makes one.',
      )
    }
  }
}

function ofWords(agentId: string, missing: string[]): Finding[] {
  if (missing.length === 0) return []
  const names = missing.map((name) => `{{${name}}}`).join(', ')
  return [
    error(
      `Every call to agent ${agentId} ends at once: its words use ${names}, which no call has.`,
      `Take ${names} out of its words in ElevenLabs' dashboard.`,
    ),
  ]
}

function ofFlaw(flaw: string | undefined): Finding[] {
  if (flaw === undefined) return []
  return [error(`No call reaches the agent: ${flaw}.`, RUN, 'setup:elevenlabs')]
}

function ofPlan({ changes, left, makesWebhook, taken }: SetupPlan): Finding[] {
  const fix = makesWebhook ? undefined : ('setup:elevenlabs' as const)
  const remedy = makesWebhook ? `${RUN} It prints a secret that belongs into .env.` : RUN
  return [
    ...taken.map((what) =>
      error(
        `Somebody else has webhooks on ${what}.`,
        'Give this deployment an agent of its own, or see what npm run setup:elevenlabs says.',
      ),
    ),
    ...changes.map((what) => warning(`Not as the set-up makes it: ${what}.`, remedy, fix)),
    ...left.map((what) =>
      warning(sentence(what), 'Decide it yourself: the set-up changes neither words nor access.'),
    ),
  ]
}

function sentence(words: string): string {
  const whole = words.charAt(0).toUpperCase() + words.slice(1)
  return /[.!?"]$/.test(whole) ? whole : `${whole}.`
}

/** Whom ElevenLabs asks before a call, as it says now. */
export function createQuestionsCheck(deps: {
  agentId: string
  askedBeforeCalls: AskedBeforeCalls
  inbound: Config['voice']['inbound']
}): Check {
  return async () => {
    const { who, what } = await deps.askedBeforeCalls(deps.agentId)
    if (who === 'us') return ok(`ElevenLabs: ${what}.`)
    const seen = `ElevenLabs: ${what}. Callers hear nobody's name.`
    if (who === 'other')
      return error(
        seen,
        'Give this deployment an agent of its own, or see what npm run setup:elevenlabs says.',
      )
    // By the other way this server is asked by Twilio, and gives the words along.
    return deps.inbound === 'server'
      ? warning(`ElevenLabs: ${what}.`, RUN, 'setup:elevenlabs')
      : error(seen, RUN, 'setup:elevenlabs')
  }
}

/** Who hears of finished calls, as ElevenLabs says now, and whether that is let in. */
export function createReportsCheck(deps: {
  agentId: string
  askedBeforeCalls: AskedBeforeCalls
  hasSecret: boolean
}): Check {
  return async () => {
    const found: Finding[] = deps.hasSecret
      ? []
      : [
          error(
            'ELEVENLABS_WEBHOOK_SECRET is empty, so this server refuses every report of a call.',
            'Run npm run setup:elevenlabs, which says how to get the secret, and restart the servers.',
          ),
        ]
    const { unreported } = await deps.askedBeforeCalls(deps.agentId)
    const lost = await unreported()
    if (lost)
      found.push(
        error(
          `ElevenLabs: ${lost}. Transcripts and costs are missing here.`,
          RUN,
          'setup:elevenlabs',
        ),
      )
    return found.length > 0 ? found : ok('ElevenLabs reports finished calls to this deployment.')
  }
}
