/** How many bytes of JSON take longer to parse than a caller should wait for. */
export const LONG_TO_PARSE = 1_024 * 1_024

/** What a JSON text says; undefined for a text that is not JSON. */
export function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
