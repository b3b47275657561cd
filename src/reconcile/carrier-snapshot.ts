import type { OwnedNumber, Telephony } from '../carriers/ports/telephony.ts'
import type { ImportedNumber, VoiceAgents } from '../carriers/ports/voice-agents.ts'

/** What the carriers list, each number and import by its ids. */
export interface Outside {
  bySid: Map<string, OwnedNumber>
  byNumber: Map<string, OwnedNumber>
  imports: Map<string, ImportedNumber>
}

/**
 * Lists every page at both carriers. From a part of a list nothing may be concluded, so a page that
 * cannot be had fails the whole.
 * @throws CarrierError
 */
export async function listOutside(deps: {
  telephony: Telephony
  voiceAgents: VoiceAgents
}): Promise<Outside> {
  const [owned, imported] = await Promise.all([
    all(deps.telephony.listNumbers()),
    all(deps.voiceAgents.listNumbers()),
  ])
  return {
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
