import { twilioError } from './errors.ts'

/** How a list is asked for a date: on it, not after it, not before it. */
export function dateParams(name: string): string[] {
  return [name, `${name}<`, `${name}>`]
}

/**
 * Whether a date (RFC 2822) is what a query asks for: `<name>` on that day or at that second,
 * `<name><` not after it, `<name>>` not before it (UTC). Throws 20001 for what is no date.
 */
export function isWithin(
  date: string | null,
  name: string,
  query: Record<string, string>,
): boolean {
  const [at, before, after] = dateParams(name).map((each) => query[each] ?? '')
  if (!at && !before && !after) return true
  const time = date === null ? Number.NaN : Date.parse(date)
  if (before && !(time <= timeOf(before))) return false
  if (after && !(time >= timeOf(after))) return false
  if (!at) return true
  const span = at.length === 10 ? 86_400_000 : 1_000
  return time >= timeOf(at) && time < timeOf(at) + span
}

function timeOf(text: string): number {
  const time = Date.parse(text)
  if (Number.isNaN(time)) throw twilioError(400, 20001, `${text} is not a date`)
  return time
}
