import { randomBytes } from 'node:crypto'
import { existsSync, readFileSync, writeFileSync } from 'node:fs'
import { z } from 'zod'

const Secrets = z.object({ initSecret: z.string(), webhookSecret: z.string().optional() })
type Secrets = z.infer<typeof Secrets>

/** The sandbox's counterpart of the secrets in `.env`: kept in a file of its data folder. */
export function openSecrets(file: string): {
  values: Secrets
  keep(changes: Partial<Secrets>): void
} {
  const values: Secrets = existsSync(file)
    ? Secrets.parse(JSON.parse(readFileSync(file, 'utf8')))
    : { initSecret: randomBytes(24).toString('hex') }
  const keep = (changes: Partial<Secrets>) => {
    Object.assign(values, changes)
    writeFileSync(file, JSON.stringify(values), { mode: 0o600 })
  }
  keep({})
  return { values, keep }
}
