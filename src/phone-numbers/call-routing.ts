import { z } from 'zod'
import type { BusinessHours } from '../business-hours/business-hours.ts'
import { isOpen } from '../business-hours/opening.ts'
import { ForwardInput } from '../http/schemas.ts'

/** What is done with a caller, and if that comes to nothing, what comes next in its list. */
export const RoutingStep = z.discriminatedUnion('to', [
  z.object({ to: z.literal('agent') }),
  z.object({
    to: z.literal('forward'),
    number: z.string(),
    ring_seconds: z.int().optional().describe('how long it rings; default 25'),
  }),
  z.object({ to: z.literal('voicemail') }),
])
export type RoutingStep = z.infer<typeof RoutingStep>

/** Where calls go; a list that is left out is the agent alone. */
export const CallRouting = z
  .object({ open: z.array(RoutingStep).optional(), closed: z.array(RoutingStep).optional() })
  .meta({ id: 'CallRouting' })
export type CallRouting = z.infer<typeof CallRouting>

/** What is tried for a caller, one after the other; decided once, when the call comes. */
export interface Course {
  steps: RoutingStep[]
  isClosed: boolean
}

/** What decides it: of the number, or else of the organization. */
interface Deciding {
  business_hours?: BusinessHours | undefined
  routing?: CallRouting | undefined
}

/** By the routing; without one, the agent alone. */
export function courseOf({ business_hours: hours, routing }: Deciding, at: Date): Course {
  const isClosed = hours !== undefined && !isOpen(hours, at)
  return { steps: (isClosed ? routing?.closed : routing?.open) ?? [{ to: 'agent' }], isClosed }
}

const StepInput = z.discriminatedUnion('to', [
  z.strictObject({ to: z.literal('agent') }),
  z.strictObject({
    to: z.literal('forward'),
    number: ForwardInput,
    ring_seconds: z.int().min(5).max(120).optional().describe('how long it rings; default 25'),
  }),
  z.strictObject({ to: z.literal('voicemail') }),
])

const StepsInput = z
  .array(StepInput)
  .min(1)
  .max(3)
  .superRefine((steps, context) => {
    const kinds = steps.map(({ to }) => to)
    if (new Set(kinds).size < kinds.length)
      context.addIssue({ code: 'custom', message: 'must have each of its steps once' })
    if (kinds.slice(0, -1).includes('voicemail'))
      context.addIssue({
        code: 'custom',
        message: 'must end with voicemail: nothing comes after a message on tape',
      })
  })

/** The same, as it is set. */
export const CallRoutingInput = z
  .strictObject({ open: StepsInput.optional(), closed: StepsInput.optional() })
  .describe(
    'where calls go while it is open, and while it is closed: agent, forward and voicemail, in the order in which they are tried. A list that is left out is the agent alone. Whatever is more needs inbound_voice server, and closed needs business_hours',
  )

/** The numbers that it forwards to. */
export function forwardsOf(routing: CallRouting | null | undefined): string[] {
  return [...(routing?.open ?? []), ...(routing?.closed ?? [])].flatMap((step) =>
    step.to === 'forward' ? [step.number] : [],
  )
}
