import { join } from 'node:path'
import { LISTENING, type ReferenceSettings } from '../references/settings.ts'
import { startProcess } from '../world/measured-process.ts'

/** A server that is measured, and what its answers are worth. */
export interface System {
  name: string
  origin: string
  /** Further servers of the same system, which are asked in turns with the first. */
  others?: string[]
  cpuSeconds: () => number
  stop?: () => Promise<void>
  /** Answers 200, and does nothing. */
  isEmpty: boolean
  /** Which works it can do; undefined: all. */
  works?: string[]
  /** Round trips to the database for each answer; undefined: as many as the product makes. */
  trips?: number
}

const REFERENCES: [key: string, name: string, more: Partial<System>][] = [
  ['bare-http', 'bare node:http', { isEmpty: true }],
  ['bare-express', 'bare Express 5', { isEmpty: true }],
  ['function', 'Express 5 + the function', {}],
  ['supabase', 'the same through supabase-js', {}],
  ['seeds', 'Express 5 + six queries', { works: ['conversation-initiation'], trips: 6 }],
]

/** Starts the references whose key is in `keys`; `stop` is given what ends each. */
export async function startReferences(
  keys: string[],
  settings: ReferenceSettings,
  { folder, label }: { folder: string; label: string },
  atEnd: (stop: () => Promise<void>) => void,
): Promise<System[]> {
  const systems: System[] = []
  for (const [key, name, more] of REFERENCES.filter(([key]) => keys.includes(key))) {
    const started = await startProcess({
      folder: process.cwd(),
      args: [
        new URL('../references/main.ts', import.meta.url).pathname,
        key,
        JSON.stringify(settings),
      ],
      env: { NODE_ENV: 'production' },
      logFile: join(folder, `${key}-${label}.log`),
      ready: new RegExp(`${LISTENING}(\\d+)`),
    })
    atEnd(started.stop)
    const origin = `http://127.0.0.1:${started.said[1]}`
    systems.push({ name, origin, cpuSeconds: started.cpuSeconds, isEmpty: false, ...more })
  }
  return systems
}
