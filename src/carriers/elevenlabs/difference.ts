import { isDeepStrictEqual } from 'node:util'

/**
 * The part of `wanted` that `actual` lacks or has otherwise; undefined where that is nothing. What is
 * called by one of the names in `whole` is given as a whole, also where a part of it is right.
 */
export function differenceOf(actual: unknown, wanted: unknown, whole: string[]): unknown {
  if (!isObject(wanted)) return isDeepStrictEqual(actual, wanted) ? undefined : wanted
  const known = isObject(actual) ? actual : {}
  const different = Object.entries(wanted)
    .map(([key, value]) => {
      const difference = differenceOf(known[key], value, whole)
      return [key, difference !== undefined && whole.includes(key) ? value : difference] as const
    })
    .filter(([, difference]) => difference !== undefined)
  return different.length > 0 ? Object.fromEntries(different) : undefined
}

function isObject(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}
