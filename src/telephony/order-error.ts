import { z } from 'zod'
import { wordsOf } from './failure-reason.ts'

/** What ends or holds up an order, and anybody may read, as rows keep it, in words. */
const kinds = {
  organization_suspended: 'The organization is suspended, so nothing is bought until it is resumed',
  purchase_limit_reached: 'The daily limit of purchases is reached',
  number_released: 'The number was released',
  number_given_up: 'The number was given up before it was bought',
  agent_deleted: 'The agent was deleted',
  not_for_sale: 'There is no number with voice and SMS for sale in',
  all_taken: 'every number on offer is being bought by somebody else',
}

export type OrderErrorKind = keyof typeof kinds

export const ORDER_ERROR_KINDS = Object.keys(kinds) as OrderErrorKind[]

/**
 * What an order met last, as rows keep it: a kind, or, for operators alone, the message of what a step
 * threw.
 */
export const OrderError = z.string().nullable()

/** The words of a kind; undefined: it is none, so operators alone may read it. */
export const wordsForAnybody = (kept: string): string | undefined => wordsOf(kinds, kept)

/** For operators, in words. */
export const orderErrorInWords = (kept: string): string => wordsForAnybody(kept) ?? kept
export const OrderErrorInWords = z.string().overwrite(orderErrorInWords).nullable()
