import { z } from 'zod'
import { readSent } from '../../http/input/sent.ts'
import {
  AreaCodeInput,
  agreesWithCountry,
  CountryInput,
  isInCountry,
  type NumberCriteria,
  toCriteria,
} from '../number-criteria.ts'
import type { EntryOf } from './provision-store.ts'

const Entry = z
  .strictObject({
    organizationId: z.guid().optional(),
    slug: z.string().trim().min(1).max(63).optional(),
    areaCode: AreaCodeInput.optional(),
    country: CountryInput.optional(),
  })
  .refine(({ organizationId, slug }) => organizationId !== undefined || slug !== undefined, {
    error: 'organizationId or slug is missing',
  })
  .refine((entry) => isInCountry(entry.areaCode, entry.country), agreesWithCountry('areaCode'))

/** An organization, as it was sent, and the number wanted for it; or why that cannot be read. */
export interface CheckedEntry {
  organizationId: string | null
  slug: string | null
  criteria?: NumberCriteria
  error?: string
}

export function checkEntry(sent: unknown): CheckedEntry {
  const parsed = readSent(Entry, sent)
  if (!parsed.success) return { ...namesOf(sent), error: problemsOf(parsed.error) }
  const { organizationId = null, slug = null } = parsed.data
  return { organizationId, slug, criteria: toCriteria(parsed.data) }
}

/** The entries that could be read, as the database looks them up. */
export function lookups(entries: CheckedEntry[]): EntryOf[] {
  return entries.flatMap(({ organizationId, slug, criteria }, position) =>
    criteria
      ? { position, organization_id: organizationId ?? undefined, slug: slug ?? undefined }
      : [],
  )
}

/** The entry in the caller's words, for a sentence about it. */
export function labelOf({ organizationId, slug }: CheckedEntry): string {
  return [organizationId && `id ${organizationId}`, slug && `slug "${slug}"`]
    .filter(Boolean)
    .join(' and ')
}

function namesOf(sent: unknown): Pick<CheckedEntry, 'organizationId' | 'slug'> {
  const { organizationId, slug } = Object(sent) as Record<string, unknown>
  const text = (value: unknown) => (typeof value === 'string' ? value.slice(0, 100) : null)
  return { organizationId: text(organizationId), slug: text(slug) }
}

function problemsOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => [...path, message].join(': ')).join('; ')
}
