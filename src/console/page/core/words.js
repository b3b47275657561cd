/** As the viewer's browser writes; a tag that is none (some systems have `en-US@posix`) is left to it. */
const locale = /^[\w-]+$/.test(navigator.language) ? navigator.language : undefined

const absolute = new Intl.DateTimeFormat(locale, { dateStyle: 'medium', timeStyle: 'short' })
const whole = new Intl.DateTimeFormat(locale, { dateStyle: 'full', timeStyle: 'long' })
const day = new Intl.DateTimeFormat(locale, { dateStyle: 'medium' })
const relative = new Intl.RelativeTimeFormat(locale, { numeric: 'auto', style: 'short' })
const dollars = new Intl.NumberFormat(locale, { style: 'currency', currency: 'USD' })
const exact = new Intl.NumberFormat(locale, {
  style: 'currency',
  currency: 'USD',
  minimumFractionDigits: 2,
  maximumFractionDigits: 4,
})

/** A moment in the viewer's own time zone. @param {string} at RFC 3339 */
export const timeOf = (at) => absolute.format(new Date(at))
/** The same with its zone and seconds. @param {string} at */
export const wholeTimeOf = (at) => whole.format(new Date(at))
/** @param {string} at */
export const dayOf = (at) => day.format(new Date(at))

/** @type {[Intl.RelativeTimeFormatUnit, number][]} */
const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
]

/** How long ago, or in how long; beyond a week the time itself. @param {string} at @param {number} [now] */
export function agoOf(at, now = Date.now()) {
  const ms = new Date(at).getTime() - now
  if (Math.abs(ms) > 7 * 86_400_000) return timeOf(at)
  const [unit, length] = units.find(([, length]) => Math.abs(ms) >= length) ?? ['second', 1_000]
  if (unit === 'second') return ms > 0 ? 'in a moment' : 'just now'
  return relative.format(Math.round(ms / length), unit)
}

/** Dollars of micro-dollars. @param {number | null | undefined} micros */
export function moneyOf(micros) {
  if (micros == null) return '–'
  const amount = micros / 1_000_000
  return amount !== 0 && Math.abs(amount) < 0.01 ? exact.format(amount) : dollars.format(amount)
}

/** A number as people write it; those of other countries as they are. @param {string | null | undefined} e164 */
export function phoneOf(e164) {
  const [, area, exchange, line] = /^\+1(\d{3})(\d{3})(\d{4})$/.exec(e164 ?? '') ?? []
  return area ? `+1 ${area} ${exchange} ${line}` : (e164 ?? '–')
}

/** `needs_attention` → `Needs attention`. @param {string | null | undefined} code */
export function labelOf(code) {
  const words = (code ?? '').replaceAll('_', ' ').replaceAll('.', ' ')
  return words.charAt(0).toUpperCase() + words.slice(1)
}

/** With a capital letter at its beginning. @param {string} words */
export const sentenceOf = (words) => words.charAt(0).toUpperCase() + words.slice(1)

/** `3 numbers`. @param {number} count @param {string} one @param {string} [many] */
export function countOf(count, one, many = `${one}s`) {
  return `${count.toLocaleString(locale)} ${count === 1 ? one : many}`
}

/** `2:05`. @param {number | null | undefined} seconds */
export function durationOf(seconds) {
  if (seconds == null) return '–'
  const rest = String(Math.round(seconds) % 60).padStart(2, '0')
  return `${Math.floor(Math.round(seconds) / 60)}:${rest}`
}
