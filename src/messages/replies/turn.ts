import { createHash } from 'node:crypto'
import { z } from 'zod'
import { Tenant } from '../../agent-memory/tenant.ts'
import { History } from '../../agent-memory/variables.ts'

const TurnTexts = z.array(z.object({ body: z.string(), media: z.int() }))

/** Those of its texts that are to be answered; none: it is over. */
export const Unanswered = z.object({ texts: TurnTexts })

/** A turn that this server has the lease of. */
export const TurnClaim = z.object({
  id: z.guid(),
  /** Until when nobody else takes it; what comes of it is recorded with it. */
  lease: z.string(),
  /** asking: its agent is to be asked; sending: its answer is there. */
  status: z.enum(['asking', 'sending']),
  /** To ask the agent, with this one, also those before which the telephone company could not be asked. */
  tries: z.int(),
  organization_id: z.guid(),
  /** Which was texted, and answers. */
  our_number: z.string(),
  customer: z.string(),
  agent_id: z.string().nullable(),
  answer: z.array(z.string()).nullable(),
  organization: Tenant,
  history: History,
  /** When the first of its texts was sent, as ISO time. */
  since: z.string(),
  /** The oldest first; `media`: how many came along. */
  texts: TurnTexts,
})
export type TurnClaim = z.infer<typeof TurnClaim>

/** The id of a text of an answer: whoever sends it again, sends the same. */
export function messageIdOf(turnId: string, part: number): string {
  const hex = createHash('sha256').update(`${turnId}:${part}`).digest('hex')
  // A UUID of version 8, which is made of whatever its maker likes. Source: RFC 9562, 5.8.
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}
