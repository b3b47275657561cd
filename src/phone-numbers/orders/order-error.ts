import { z } from 'zod'

/** What ends or holds up an order, as SQL keeps it, in words. */
const kinds = {
  organization_suspended: 'The organization is suspended, so nothing is bought until it is resumed',
  purchase_limit_reached: 'The daily limit of purchases is reached',
  number_released: 'The number was released',
  number_given_up: 'The number was given up before it was bought',
  agent_deleted: 'The agent was deleted',
}

export const NOT_FOR_SALE = 'There is no number with voice and SMS for sale in'

export const ALL_TAKEN = 'every number on offer is being bought by somebody else'

/** How errors begin that anybody may read; others are for operators alone, who can do something. */
const FOR_ANYBODY = [...Object.values(kinds), NOT_FOR_SALE, ALL_TAKEN]

/** What an order met last, read in words: a kind of SQL's, or the message of what a step threw. */
export const OrderError = z
  .string()
  .overwrite((kept) => (Object.hasOwn(kinds, kept) ? kinds[kept as keyof typeof kinds] : kept))
  .nullable()

/** What holds an order up, for those whose number it is: they read of it what they asked for, or can wait for. */
export function errorForTenants(order: { status: string; last_error: string | null }) {
  const { status, last_error: error } = order
  if (error === null || FOR_ANYBODY.some((words) => error.startsWith(words))) return error
  return status === 'needs_attention'
    ? 'The number could not be set up, and the operators of this server have been told'
    : 'A carrier has not done its part yet; it is tried again by itself'
}
