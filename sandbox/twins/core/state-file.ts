import { existsSync, mkdirSync, readFileSync, renameSync, writeFileSync } from 'node:fs'
import { dirname } from 'node:path'
import { accountSid, formerAccountSid } from '../twilio/model.ts'
import { initialState, type State } from './state.ts'

/** Brings the state of an earlier run into the present; `savedAt` is where the twins listened then. */
export type Revive = (state: State, savedAt: string) => void

/**
 * Reads the state of an earlier run, or makes a new one where the file does not exist. What an
 * older version did not know gets its initial value; `revive` does the rest.
 * Throws when the file is not JSON.
 */
export function readState(file: string | undefined, origin: string, revive: Revive): State {
  if (file === undefined || !existsSync(file)) return initialState(origin)
  // What earlier versions called the account would be no SID to the vendor's own libraries.
  const text = readFileSync(file, 'utf8').replaceAll(formerAccountSid, accountSid)
  const saved = JSON.parse(text) as State
  const initial = initialState(origin)
  const twilio = { ...initial.twilio, ...saved.twilio }
  const elevenlabs = { ...initial.elevenlabs, ...saved.elevenlabs }
  const auth = { ...initial.auth, ...saved.auth }
  const state = { ...initial, ...saved, twilio, elevenlabs, auth, origin }
  revive(state, saved.origin)
  return state
}

/** Replaces the file in one step: a reader, or a process killed half way, never sees a part. */
export function writeState(file: string, state: State): void {
  mkdirSync(dirname(file), { recursive: true })
  const draft = `${file}.${process.pid}.tmp`
  writeFileSync(draft, JSON.stringify(state))
  renameSync(draft, file)
}
