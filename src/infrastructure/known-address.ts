/**
 * What this server last found out about PUBLIC_URL, of what proves anything: that it could not be reached from here
 * changes nothing. Kept in memory, because each server asks every half minute.
 */
export interface KnownAddress {
  /** Somebody else answers there: what was answered, in words, and when. */
  elsewhere: { detail: string; at: Date } | undefined
}

/** Why nothing that goes to PUBLIC_URL comes here, in a sentence; undefined where that is not known. */
export type AnsweredElsewhere = () => string | undefined

export function createAnsweredElsewhere(publicUrl: string, known: KnownAddress): AnsweredElsewhere {
  return () =>
    known.elsewhere &&
    `Somebody else answers at PUBLIC_URL, ${publicUrl}, as this server found out at ${known.elsewhere.at.toISOString()}: ${known.elsewhere.detail}.`
}
