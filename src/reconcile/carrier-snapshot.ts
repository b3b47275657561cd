import type { OwnedNumber, Telephony } from '../carriers/ports/telephony.ts'
import type { Unreadable } from '../carriers/ports/unreadable.ts'
import type { ImportedNumber, VoiceAgents } from '../carriers/ports/voice-agents.ts'

/** What the carriers list, each number and import by its ids. */
export interface CarrierState {
  bySid: Map<string, OwnedNumber>
  byNumber: Map<string, OwnedNumber>
  imports: Map<string, ImportedNumber>
  /** Rows that are not as documented. What they may be is not concluded to be missing: each is fetched first. */
  unreadable: Unreadable[]
}

/**
 * Lists every page at both carriers. From a part of a list nothing may be concluded, so a page that
 * cannot be had fails the whole. `expected`: the numbers that the database knows of.
 * @throws CarrierError
 */
export async function listAtCarriers(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
  expected: number
}): Promise<CarrierState> {
  const unreadable: Unreadable[] = []
  const about = {
    expected: deps.expected,
    onUnreadable: (row: Unreadable) => void unreadable.push(row),
  }
  const [owned, imported] = await Promise.all([
    all(deps.telephony.listNumbers(about)),
    all(deps.voiceAgents.listNumbers(about)),
  ])
  return {
    unreadable,
    bySid: new Map(owned.map((number) => [number.sid, number])),
    byNumber: new Map(owned.map((number) => [number.phoneNumber, number])),
    imports: new Map(imported.map((number) => [number.id, number])),
  }
}

async function all<T>(pages: AsyncIterable<T[]>): Promise<T[]> {
  const rows: T[] = []
  for await (const page of pages) rows.push(...page)
  return rows
}
