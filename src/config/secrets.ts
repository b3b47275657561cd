import { readFileSync } from 'node:fs'
import type { z } from 'zod'

const secrets = new WeakSet<z.ZodType>()

/**
 * Marks a setting as a secret: it may come from a file, whose path is in `<NAME>_FILE`. The mark goes
 * around everything else, `optional` and `default` included.
 */
export function secret<T extends z.ZodType>(field: T): T {
  // A copy of its own, because settings share their schemas.
  const own = field.clone() as T
  secrets.add(own)
  return own
}

/** Whether the setting was marked as a secret. */
export function isSecret(field: z.ZodType): boolean {
  return secrets.has(field)
}

/** What is wrong, by the setting that has no value because of it. */
type Faults = Record<string, string>

/**
 * The environment with the secrets `names` that files hold, as secrets of containers are handed over.
 * Line ends after a secret are not part of it. Neither a value nor a path is ever repeated: whoever
 * mixes the two up has the secret where the path belongs.
 */
export function readSecretFiles(
  names: string[],
  env: Record<string, string | undefined>,
): { values: Record<string, string | undefined>; faults: Faults } {
  const values = { ...env }
  const faults: Faults = {}
  for (const name of names) {
    const fileSetting = `${name}_FILE`
    const path = env[fileSetting]
    if (path === undefined) continue
    if (env[name] !== undefined) {
      faults[name] = `${name} and ${fileSetting}: set only one`
      continue
    }
    const read = readSecret(path.trim())
    if ('value' in read) values[name] = read.value
    else faults[name] = `${fileSetting}: ${read.fault}`
  }
  return { values, faults }
}

function readSecret(path: string): { value: string } | { fault: string } {
  try {
    const value = readFileSync(path, 'utf8').trim()
    if (value === '') return { fault: 'names an empty file; write the secret into it' }
    if (/[\r\n]/.test(value)) {
      return { fault: 'names a file of several lines; it must hold the secret alone' }
    }
    return { value }
  } catch (error) {
    return { fault: unreadable((error as NodeJS.ErrnoException).code) }
  }
}

/** Why a file that a setting names cannot be read, and what to do. */
export function unreadable(code = 'unknown error'): string {
  const remedies: Record<string, string> = {
    ENOENT: 'put the file there, or correct the path',
    EACCES: 'let the user that runs this read it',
    EISDIR: 'it is a folder: name the file in it',
  }
  return `names a file that cannot be read (${code}); ${remedies[code] ?? 'correct the path'}`
}
