import type { AgentEditor } from '../carriers/ports/agent-editor.ts'
import { CarrierError } from '../carriers/ports/carrier-error.ts'
import { AppError, toError } from '../platform/errors.ts'
import type { Logger } from '../platform/logger.ts'
import { inBraces } from '../platform/template-variables.ts'
import { someOf } from '../platform/truncate.ts'
import type { AgentCreationStore, AgentRequest, BegunAgent } from './agent-creation-store.ts'
import type { GivenNumber } from './agent-store.ts'

/** Makes the agent that was begun; `given`: its number, or the order for one. */
export type MakeAgent = (
  begun: BegunAgent,
  request: AgentRequest,
) => Promise<{ agentId: string; given: GivenNumber }>

/** When what an unanswered request may still do is first looked for, in milliseconds. */
export const POLL_MS = 60_000

/**
 * Makes an agent at ElevenLabs that an intent was written for, once: an unknown outcome is looked up
 * by the agent's tag. Where that shows nothing the request has failed, and what appears later is
 * removed by itself.
 * @throws AppError agent_refused, the vendor's words for operators; CarrierError for any other failure there
 */
export function createMakeAgent(deps: {
  store: AgentCreationStore
  editor: AgentEditor
  /** New agents are duplicates of it; without one they are made from scratch. */
  templateId: string | undefined
  log: Logger
}): MakeAgent {
  const { store, editor, templateId } = deps

  /** @returns the agent's id; undefined when it certainly does not exist */
  async function find(tag: string): Promise<string | undefined> {
    const [found] = await editor.findAgents(tag)
    return found
  }

  /** Such an agent could take no call. An operator has to mend it, who alone is told which it is. */
  async function refuseTemplate(template: string, { actor, fields }: AgentRequest): Promise<void> {
    const missing = await editor.missingVariables(template, fields)
    if (missing.length === 0) return
    deps.log.warn({ template, missing }, 'template agent uses variables that no call has')
    const which = actor.kind === 'operator' ? `, agent ${template},` : ''
    throw new AppError(
      'agent_refused',
      `The agent was not made. Its template${which} uses ${someOf(missing.map(inBraces))}, which no call has, so every call would end at once: give the agent a first_message and a prompt of its own, or have that taken out of the template`,
    )
  }

  async function make(begun: BegunAgent, request: AgentRequest): Promise<string> {
    const { agent } = begun
    const { fields } = request
    if (templateId) {
      await refuseTemplate(templateId, request).catch((error: unknown) => {
        throw new NotCreated(error)
      })
    }
    try {
      const made = templateId
        ? await editor.duplicateAgent(templateId, agent.tag, fields.name)
        : await editor.createAgent(agent.tag, { ...fields, ...boundsOf(begun) })
      return made.id
    } catch (error) {
      if (!(error instanceof CarrierError && error.outcomeUnknown)) throw new NotCreated(error)
      const id = await find(agent.tag)
      if (!id) throw error
      return id
    }
  }

  return async (begun, request) => {
    let id: string | undefined
    try {
      id = await make(begun, request)
      // A duplicate has the template's words until here; one made from scratch is right already.
      if (templateId) {
        await editor.setUpDuplicate(id, begun.agent.tag, { ...request.fields, ...boundsOf(begun) })
      }
      return { agentId: id, given: await store.recordMade(begun, id, request) }
    } catch (thrown) {
      // The database did not take it; what was made is removed.
      if (thrown instanceof AppError) throw thrown
      const nothing = thrown instanceof NotCreated
      const error = nothing ? thrown.cause : thrown
      const pollMs = id ? 0 : POLL_MS
      await store.recordFailed(begun, nothing ? null : pollMs).catch((failure: unknown) => {
        deps.log.warn({ err: toError(failure), agent: begun.agent.id }, 'agent left to the loop')
      })
      throw refusalOf(error) ?? error
    }
  }
}

function boundsOf({ few_calls: most }: BegunAgent) {
  return typeof most === 'number' ? { dailyCalls: { most } } : {}
}

/** Refused before anything could come of it. */
class NotCreated extends Error {
  override name = 'NotCreated'
  override readonly cause: unknown
  constructor(cause: unknown) {
    super('nothing was made')
    this.cause = cause
  }
}

const REFUSED =
  'The agent was refused: check its language and voice_id, and the length of its first_message and prompt'

/** The vendor's own no to what was asked, for whoever asked; undefined for any other failure. */
export function refusalOf(error: unknown): AppError | undefined {
  return error instanceof CarrierError && error.kind === 'rejected'
    ? new AppError('agent_refused', REFUSED, { forOperators: `${REFUSED}. ${error.message}` })
    : undefined
}
