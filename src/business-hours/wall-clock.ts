const DAY_MS = 86_400_000

/** How many zones are known at most; each takes some kilobytes. */
const MAX_KNOWN = 100
const formats = new Map<string, Intl.DateTimeFormat>()

function formatOf(zone: string): Intl.DateTimeFormat {
  const known = formats.get(zone)
  if (known) return known
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    hourCycle: 'h23',
    year: 'numeric',
    month: '2-digit',
    day: '2-digit',
    hour: '2-digit',
    minute: '2-digit',
    second: '2-digit',
  })
  if (formats.size >= MAX_KNOWN) formats.clear()
  formats.set(zone, format)
  return format
}

/** Whether this is an IANA name that this machine knows; an offset, such as +02:00, has no name. */
export function isTimeZone(name: string): boolean {
  if (!/^[A-Za-z][\w+\-/]*$/.test(name)) return false
  try {
    formatOf(name)
    return true
  } catch {
    return false
  }
}

/** What the clock on a wall of the zone shows at a moment, in milliseconds, as if the wall were in UTC. */
export function wallTime(zone: string, at: number): number {
  const parts: Record<string, number> = {}
  for (const { type, value } of formatOf(zone).formatToParts(at)) parts[type] = Number(value)
  const { year = 0, month = 1, day = 1, hour = 0, minute = 0, second = 0 } = parts
  return Date.UTC(year, month - 1, day, hour, minute, second) + (((at % 1_000) + 1_000) % 1_000)
}

/**
 * The moments at which the clock on the wall shows this, in order: one; two, where it was put back over it; none,
 * where it was put forward over it.
 */
export function momentsOf(zone: string, wall: number): number[] {
  const around = [wall - DAY_MS, wall + DAY_MS]
  const offsets = new Set(around.map((at) => wallTime(zone, at) - at))
  return [...offsets]
    .map((offset) => wall - offset)
    .filter((at) => wallTime(zone, at) === wall)
    .toSorted((a, b) => a - b)
}

/** When, after `from` and up to `to`, the clock on the wall is put forward or back; it is at most once. */
export function changeBetween(zone: string, from: number, to: number): number | null {
  const offsetAt = (at: number) => wallTime(zone, at) - at
  const before = offsetAt(from)
  if (offsetAt(to) === before) return null
  let [last, first] = [from, to]
  while (first - last > 1) {
    const middle = Math.floor((last + first) / 2)
    if (offsetAt(middle) === before) last = middle
    else first = middle
  }
  return first
}
