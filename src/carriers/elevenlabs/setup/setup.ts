import { checkTemplate, setUpAgent } from './agent.ts'
import type { ElevenLabsSetup } from './target.ts'
import { setUpPostCall, setUpPreCall } from './webhooks.ts'

export interface SetupResult {
  /** What was changed, what was right already, and what is left to a person. */
  lines: string[]
  agentId: string
  /** Only when the post-call webhook was created by this run. */
  webhookSecret: string | undefined
}

/** Sets up an ElevenLabs workspace for this deployment. Changes only what differs. @throws CarrierError */
export async function setUpElevenLabs(setup: ElevenLabsSetup): Promise<SetupResult> {
  const agent = await setUpAgent(setup)
  const template = await checkTemplate(setup)
  const preCall = await setUpPreCall(setup)
  const postCall = await setUpPostCall(setup)
  return {
    lines: [...agent.lines, ...template, ...preCall, ...postCall.lines],
    agentId: agent.agentId,
    webhookSecret: postCall.secret,
  }
}
