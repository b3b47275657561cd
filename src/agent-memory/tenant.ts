import { z } from 'zod'
import { KnownBusinessHours } from '../business-hours/business-hours.ts'
import { Greetings } from './greetings.ts'
import { CallerMemory } from './variables.ts'

/** What an agent needs of the organization it speaks for. */
export const Tenant = z.object({
  id: z.guid(),
  name: z.string(),
  confirm_caller_name: z.boolean(),
  caller_memory: CallerMemory.catch('careful'),
  greetings: Greetings.optional().catch(undefined),
  agent_name: z.string().nullish(),
  recording_notice: z.string().nullish(),
  /** Of the number, or else of the organization. */
  business_hours: KnownBusinessHours.optional().catch(undefined),
})
