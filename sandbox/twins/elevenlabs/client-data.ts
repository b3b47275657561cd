import { z } from 'zod'

const Value = z.union([z.string(), z.number(), z.boolean()])

/** No agent of the twin has branches, so that none is known. */
export const NoBranch = z.null({ error: 'There is no such branch' }).optional()

/** The twin resolves no environment's variables, so that only the default one is known. */
const OnlyProduction = z.literal('production', { error: 'There is no such environment' }).nullish()

/**
 * What a customer's server supplies for one conversation; null is the same as absent. A field that would
 * do nothing is refused.
 */
export const ClientData = z.strictObject({
  dynamic_variables: z
    .record(z.string(), Value)
    .nullish()
    .transform((variables) => variables ?? {}),
  conversation_config_override: z
    .record(z.string(), z.unknown())
    .nullish()
    .transform((override) => override ?? {}),
  user_id: z.string().nullish(),
  branch_id: NoBranch,
  environment: OnlyProduction,
})

export type ClientData = z.infer<typeof ClientData>

/** The client data of a conversation that was given none. */
export const noClientData = ClientData.parse({})
