/** A secret and the one before it: while they are exchanged, the sender may still have either. */
export function accepted(...secrets: (string | undefined)[]): string[] {
  return secrets.filter((secret) => secret !== undefined)
}
