import { z } from 'zod'
import { Timestamp } from '../database/timestamp.ts'

/**
 * - orphan_paid: bought by us, as its tag says, or ours once, and unknown here
 * - ghost: ours here, and gone at Twilio
 * - drift: known on both sides, and not set up as it is to be
 * - in_doubt: Twilio shows another quarantine, or none, than is known here; left alone, a person is told
 * - foreign: somebody else's in the same Twilio account, maybe one that was ours; never touched
 * - leftover: an import of ours at ElevenLabs without a number at Twilio; costs nothing
 * - asked_elsewhere: ElevenLabs does not ask us before calls to the agent of these numbers, or does not
 *   report their ends to us; a person learns of it
 * - texts_elsewhere: a Messaging Service takes the number's texts away; a person learns of it
 * - address_elsewhere: somebody else answers at PUBLIC_URL, so nothing that the carriers send comes here; a person
 *   learns of it (public_url_unproven)
 * - unconfirmed: a carrier's answer about it cannot be read, or none came, and nothing is concluded; or it
 *   could not be repaired
 */
const findingClasses = [
  'orphan_paid',
  'ghost',
  'drift',
  'in_doubt',
  'foreign',
  'leftover',
  'asked_elsewhere',
  'texts_elsewhere',
  'address_elsewhere',
  'unconfirmed',
] as const

export const Finding = z.object({
  class: z.enum(findingClasses),
  phoneNumber: z.string(),
  twilioSid: z.string().nullable(),
  organizationId: z.guid().nullable().describe('whose number it is, or has become'),
  agentId: z
    .string()
    .optional()
    .describe('the agent at ElevenLabs, where the finding is of one, and not of the number alone'),
  detail: z.string(),
  action: z
    .enum(['none', 'adopted', 'nudged', 'synced', 'due', 'reimported', 'marked', 'held'])
    .describe(
      'adopted: in quarantine, nobody’s; due: synced later, by itself; nudged: the order that bought it goes on; held: too many of this kind at once, left to a person',
    ),
})
export type Finding = z.infer<typeof Finding>

const Counts = z.object({
  numbers: z.int().describe('at Twilio, whoever has them'),
  // A report that was kept before a class was there counts none of it.
  ...(Object.fromEntries(findingClasses.map((name) => [name, z.int().default(0)])) as Record<
    (typeof findingClasses)[number],
    z.ZodDefault<z.ZodInt>
  >),
  repaired: z.int(),
  held: z.int().default(0).describe('left to a person, because they are too many at once'),
  due: z.int().describe('numbers that wait to be synced, for a reason known here'),
  unasked: z
    .int()
    .default(0)
    .describe(
      'agents that ElevenLabs was not asked about, and one more where Messaging Services were not asked, because the server was stopped',
    ),
  unanswered: z
    .int()
    .default(0)
    .describe(
      'agents that ElevenLabs was asked about, and gave no answer that says whom it asks before their calls',
    ),
})
export type Counts = z.infer<typeof Counts>

export const ReconcileMode = z.enum(['dry-run', 'repair'])
export type ReconcileMode = z.infer<typeof ReconcileMode>

export const Report = z
  .object({
    id: z.guid(),
    mode: ReconcileMode,
    cause: z.enum(['request', 'loop']),
    startedAt: Timestamp,
    finishedAt: Timestamp,
    counts: Counts,
    findings: z.array(Finding),
  })
  .meta({ id: 'ReconcileReport' })
export type Report = z.infer<typeof Report>

/** The findings by class, and how many of them something was done about. */
export function countFindings(
  findings: Finding[],
): Omit<Counts, 'numbers' | 'due' | 'unasked' | 'unanswered'> {
  const of = (name: Finding['class']) => findings.filter((each) => each.class === name).length
  return {
    orphan_paid: of('orphan_paid'),
    ghost: of('ghost'),
    drift: of('drift'),
    in_doubt: of('in_doubt'),
    foreign: of('foreign'),
    leftover: of('leftover'),
    asked_elsewhere: of('asked_elsewhere'),
    texts_elsewhere: of('texts_elsewhere'),
    address_elsewhere: of('address_elsewhere'),
    unconfirmed: of('unconfirmed'),
    repaired: findings.filter(({ action }) => action !== 'none' && action !== 'held').length,
    held: findings.filter(({ action }) => action === 'held').length,
  }
}
