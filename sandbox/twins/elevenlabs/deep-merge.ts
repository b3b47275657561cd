import type { JsonObject } from './model.ts'

/** Whether a JSON value is an object (arrays and null are not). */
export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** `base` with the keys of `patch`: objects are merged key by key, everything else is replaced. */
export function deepMerge(base: JsonObject, patch: JsonObject): JsonObject {
  const merged = { ...base }
  for (const [key, value] of Object.entries(patch)) {
    const old = merged[key]
    merged[key] = isObject(old) && isObject(value) ? deepMerge(old, value) : value
  }
  return merged
}
