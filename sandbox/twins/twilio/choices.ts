import { twilioError } from './errors.ts'

/** One of the values that Twilio publishes for a parameter; 20001 for any other. */
export function oneOf(name: string, value: string, choices: readonly string[]): string {
  if (choices.includes(value)) return value
  throw twilioError(400, 20001, `${name} must be one of ${choices.join(', ')}: ${value}`)
}

/** A SID of that kind, or an empty text; 20001 for anything else. */
export function sidOf(name: string, value: string, prefix: string): string {
  if (value === '' || new RegExp(`^${prefix}[0-9a-fA-F]{32}$`).test(value)) return value
  throw twilioError(400, 20001, `${name} must be ${prefix} and 32 hexadecimal digits: ${value}`)
}

/** `true` or `false`; 20001 for anything else. */
export function flagOf(name: string, value: string): boolean {
  return oneOf(name, value, ['true', 'false']) === 'true'
}
