import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { endInterrupted } from '../elevenlabs/interrupted.ts'
import { rebaseNumber } from '../twilio/rebase-number.ts'
import { initialState, type State } from './state.ts'

/**
 * Reads the state of an earlier run, or makes a new one where the file does not exist.
 * Addresses of the twins themselves follow them to the `origin` they have now, calls that were
 * under way have ended, and what an older version did not know gets its initial value.
 * Throws when the file is not JSON.
 */
export function readState(file: string | undefined, origin: string): State {
  if (file === undefined || !existsSync(file)) return initialState(origin)
  const saved = JSON.parse(readFileSync(file, 'utf8')) as State
  for (const number of saved.twilio.numbers) rebaseNumber(number, saved.origin, origin)
  const initial = initialState(origin)
  const twilio = { ...initial.twilio, ...saved.twilio }
  const elevenlabs = { ...initial.elevenlabs, ...saved.elevenlabs }
  const state = { ...initial, ...saved, twilio, elevenlabs, origin }
  endInterrupted(state)
  return state
}

/** Replaces the file in one step: a reader, or a process killed half way, never sees a part. */
export function writeState(file: string, state: State): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, file)
}
