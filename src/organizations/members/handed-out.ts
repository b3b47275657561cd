import { z } from 'zod'

/** A key of an organization that still works, as far as whoever removes its maker has to know it. */
export const WorkingKey = z
  .object({ id: z.guid(), name: z.string(), prefix: z.string().describe('how the key begins') })
  .meta({ id: 'WorkingKey' })

/** An endpoint of an organization that is active, as far as whoever removes its maker has to know it. */
export const ActiveEndpoint = z
  .object({ id: z.guid(), url: z.string(), description: z.string().nullable() })
  .meta({ id: 'ActiveEndpoint' })
