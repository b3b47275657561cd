import { z } from 'zod'
import {
  type Database,
  type PageRequest,
  pageSchema,
  versioned,
  withoutTurn,
} from '../database/db.ts'
import type { KeyScope } from '../http/principal.ts'
import type { NumberCriteria } from '../phone-numbers/number-criteria.ts'
import { PhoneNumber } from '../phone-numbers/phone-number.ts'
import { Quarantine } from '../phone-numbers/quarantine/quarantine.ts'
import type { Actor } from '../platform/actor.ts'
import { guardOf, type SpendingLimits } from '../telephony/spending-limits.ts'
import { Agent, type AgentChanges, HeldNumber } from './agent.ts'

/** A number of the pool, or the id of the order for one; neither where none was asked for. */
export const GivenNumber = z.object({
  number: PhoneNumber.nullable(),
  synced: z.boolean(),
  order_id: z.guid().nullable(),
  /** Why it has none, though one was asked for. */
  refused: z.object({ reason: z.string(), facts: z.unknown() }).nullish(),
})
export type GivenNumber = z.infer<typeof GivenNumber>

const ReleasedNumber = z.object({
  phone_number: z.string().nullable(),
  number: Quarantine.nullable(),
})

const Agents = pageSchema(Agent)
const HeldNumbers = pageSchema(HeldNumber).extend({ total: z.int() })

/** Each agent, for an `actor` who may see or change it. */
export function createAgentStore(
  db: Database,
  options: { maxPerOrganization: number; quarantineDays: number; spending: SpendingLimits },
) {
  return {
    get: (actor: Actor, agentId: string) =>
      db.rpc('get_agent', { actor, agentId }, versioned(Agent)),
    /** One that this request has made. */
    getMade: (actor: Actor, agentId: string) =>
      db.rpc('get_agent', { actor, agentId }, versioned(Agent), withoutTurn),
    list: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc('list_agents', { actor, organizationId, ...page }, Agents),
    /** Of all organizations that the actor may see. */
    listVisible: (actor: Actor, page: PageRequest) =>
      db.rpc('list_visible_agents', { actor, ...page }, Agents),
    listNumbers: (actor: Actor, organizationId: string, page: PageRequest) =>
      db.rpc('list_agent_phone_numbers', { actor, organizationId, ...page }, HeldNumbers),
    /** Of all organizations that the actor may see. */
    listVisibleNumbers: (actor: Actor, page: PageRequest) =>
      db.rpc('list_visible_agent_phone_numbers', { actor, ...page }, HeldNumbers),
    /** The agent's first number; refused where it has one (agent_has_number). */
    addNumber: (id: string, actor: Actor, agentId: string, criteria: NumberCriteria) =>
      db.rpc(
        'add_agent_phone_number',
        {
          id,
          actor,
          agentId,
          country: criteria.country,
          areaCode: criteria.areaCode,
          region: criteria.region,
          max: options.maxPerOrganization,
          guard: guardOf(options.spending),
        },
        GivenNumber,
      ),
    /** Of an agent that this request has made. `id`: null where its key stays, because it was used, or revoked. */
    issueKey: (
      actor: Actor,
      agentId: string,
      key: { prefix: string; keyHash: string; scopes: KeyScope[] },
    ) =>
      db.rpc(
        'issue_agent_key',
        { actor, agentId, ...key },
        z.object({ id: z.guid().nullable() }),
        withoutTurn,
      ),
    /** Gives its numbers up and ends its key; they are still to be synced. */
    delete: (actor: Actor, agentId: string, versions: string[] | null) =>
      db.rpc(
        'delete_agent',
        { actor, agentId, quarantineDays: options.quarantineDays, versions },
        z.object({ id: z.guid(), numbers: z.array(Quarantine) }),
      ),
    /** Gives its first number up, still to be synced; null where that was only on order. */
    quarantineNumber: (actor: Actor, agentId: string) =>
      db.rpc(
        'quarantine_agent_phone_number',
        { actor, agentId, quarantineDays: options.quarantineDays },
        ReleasedNumber,
      ),
    listVoiceAgentIds: () =>
      db
        .rpc('list_voice_agent_ids', {}, z.object({ ids: z.array(z.string()) }))
        .then(({ ids }) => ids),
  }
}

/** The columns of what is given. */
export function toRow(fields: AgentChanges) {
  return {
    name: fields.name,
    language: fields.language,
    first_message: fields.firstMessage,
    prompt: fields.prompt,
    voice_id: fields.voiceId,
  }
}
