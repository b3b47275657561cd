import { z } from 'zod'
import { idInput, PageQuery, SpokenName } from '../http/schemas.ts'
import {
  AreaCodeInput,
  agreesWithCountry,
  CountryInput,
  isInCountry,
  toCriteria,
} from '../phone-numbers/number-criteria.ts'
import { inBraces } from '../platform/template-variables.ts'
import { type CallVariables, usingOnly } from './allowed-variables.ts'

/** Far below what ElevenLabs takes (2 MB); longer ones only make every answer slower. */
const MAX_PROMPT = 50_000

export const AgentParams = z.object({
  agentId: z
    .string()
    .regex(/^[\w-]{1,100}$/, 'must be the agent_id of an agent')
    .meta({ description: 'agent_id of the agent', examples: ['agent_01k8'] }),
})

export const AgentsQuery = PageQuery.extend({
  organizationId: idInput('Default: all organizations of the caller').optional(),
})

const words = (variables: CallVariables) => ({
  language: z
    .string()
    .regex(/^[a-z]{2}(-[a-z]{2})?$/, 'must be two letters, or with a region, e.g. en or pt-br')
    .optional()
    .meta({ examples: ['en'] }),
  first_message: usingOnly(variables, z.string().max(2_000))
    .optional()
    .describe(
      `May use ${[...variables.ours, ...variables.platforms].map(inBraces).join(', ')}. A new agent without one, and without a template, greets in English`,
    ),
  prompt: usingOnly(variables, z.string().min(1).max(MAX_PROMPT))
    .optional()
    .describe('May use what first_message may'),
  voice_id: z
    .string()
    .regex(/^[\w-]{1,64}$/, 'must be the id of a voice at the voice platform')
    .optional(),
})

const criteria = { area_code: AreaCodeInput.optional(), country: CountryInput.optional() }

/** What a new agent is made of; with `provision_phone` false it has no number for now. */
export function newAgentBody(variables: CallVariables) {
  return z
    .strictObject({
      agent_name: SpokenName.meta({ examples: ["Dr. Smith's Office Assistant"] }),
      ...words(variables),
      ...criteria,
      provision_phone: z.boolean().optional().describe('Default true'),
      organizationId: z.guid().optional().describe('Needed where the caller belongs to several'),
    })
    .refine((body) => isInCountry(body.area_code, body.country), agreesWithCountry('area_code'))
    .transform(({ area_code: areaCode, country, ...body }) => ({
      organizationId: body.organizationId,
      fields: { name: body.agent_name, ...toFields(body) },
      criteria: (body.provision_phone ?? true) ? toCriteria({ areaCode, country }) : null,
    }))
}

/** What is absent stays as it is. */
export function agentChangesBody(variables: CallVariables) {
  return z
    .strictObject({ agent_name: SpokenName.optional(), ...words(variables) })
    .transform((body) => ({ name: body.agent_name, ...toFields(body) }))
}

/** The number wanted for an agent. */
export const AgentNumberBody = z
  .strictObject(criteria)
  .refine((body) => isInCountry(body.area_code, body.country), agreesWithCountry('area_code'))
  .transform(({ area_code: areaCode, country }) => toCriteria({ areaCode, country }))

function toFields(body: {
  language?: string | undefined
  first_message?: string | undefined
  prompt?: string | undefined
  voice_id?: string | undefined
}) {
  return {
    language: body.language,
    firstMessage: body.first_message,
    prompt: body.prompt,
    voiceId: body.voice_id,
  }
}
