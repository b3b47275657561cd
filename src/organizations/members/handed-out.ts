import { z } from 'zod'

/** A key of an organization that still works, as far as whoever removes its maker has to know it. */
export const WorkingKey = z
  .object({ id: z.guid(), name: z.string(), prefix: z.string().describe('how the key begins') })
  .meta({ id: 'WorkingKey' })

/** An endpoint of an organization, as far as whoever removes somebody who answers for its address has to know it. */
export const EnteredEndpoint = z
  .object({
    id: z.guid(),
    url: z.string(),
    description: z.string().nullable(),
    status: z.enum(['active', 'paused']).describe('paused: it gets nothing until it is resumed'),
  })
  .meta({ id: 'EnteredEndpoint' })
