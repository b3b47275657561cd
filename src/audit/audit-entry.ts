import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'

/** One change that a person or a key made. */
export const AuditEntry = z
  .object({
    id: z.guid(),
    organization_id: z.guid().nullable().describe('null: of no organization, or of all'),
    actor: z.object({
      kind: z.enum(['operator', 'user', 'key']),
      id: z.guid().optional().describe('of a user or key'),
      name: z.string().optional().describe('of an operator; for operators alone'),
    }),
    action: z.string().describe('what was done, as in docs/database.md'),
    subject: z.string().nullable().describe('the id, or number of ours, of what was changed'),
    details: z.record(z.string(), z.unknown()).describe('names of what changed, and plain values'),
    address: z.string().nullable().describe('from which the request came'),
    request_id: z.string().nullable().describe('X-Request-Id of the request, as in the log'),
    created_at: Timestamp,
  })
  .meta({ id: 'AuditEntry' })
