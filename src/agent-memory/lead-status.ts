import { z } from 'zod'

/** New Inquiry: never seen; Active Lead: texts only; Returning Customer: a completed call. */
export const LeadStatus = z.enum(['New Inquiry', 'Active Lead', 'Returning Customer'])
export type LeadStatus = z.infer<typeof LeadStatus>
