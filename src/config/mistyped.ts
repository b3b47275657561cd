import { secretNames, settingNames } from './settings.ts'

const known = [
  ...settingNames,
  ...secretNames.map((name) => `${name}_FILE`),
  'SERVER_URL',
  'WEBHOOK_BASE_URL',
]

/** Shorter names are too near to those of other programs. */
const LEAST_LENGTH = 6

/**
 * A line for each name in an environment that is no setting and was meant to be one: by a letter or two
 * it is another. `others`: what a command knows besides. No value is repeated, it may be a secret.
 */
export function mistyped(env: Record<string, string | undefined>, others: string[] = []): string[] {
  const names = [...known, ...others]
  return Object.keys(env)
    .filter((name) => name.length >= LEAST_LENGTH && !names.includes(name))
    .flatMap((name) => {
      const meant = names.find((each) => isSlip(name.toUpperCase().replaceAll('-', '_'), each))
      return meant === undefined ? [] : [`${name}: is no setting; ${meant} is`]
    })
}

function isSlip(name: string, meant: string): boolean {
  const allowed = meant.length < 10 ? 1 : 2
  return Math.abs(name.length - meant.length) <= allowed && distance(name, meant) <= allowed
}

/** How many letters have to be put in, left out, changed, or swapped with the next one. */
function distance(one: string, other: string): number {
  const rows = [Array.from({ length: other.length + 1 }, (_, index) => index)]
  for (let i = 1; i <= one.length; i += 1) {
    const row = [i]
    const at = (up: number, j: number) => (up === 0 ? row[j] : rows[i - up]?.[j]) ?? Infinity
    for (let j = 1; j <= other.length; j += 1) {
      const same = one[i - 1] === other[j - 1]
      const swapped = i > 1 && j > 1 && one[i - 1] === other[j - 2] && one[i - 2] === other[j - 1]
      row[j] = Math.min(
        at(1, j) + 1,
        at(0, j - 1) + 1,
        at(1, j - 1) + (same ? 0 : 1),
        swapped ? at(2, j - 2) + 1 : Infinity,
      )
    }
    rows.push(row)
  }
  return rows[one.length]?.[other.length] ?? Infinity
}
