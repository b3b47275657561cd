/** Names that count for a time after they were noted last; of too many, those that were silent for the longest do not. */
export function createRecent(forMs: number, most: number) {
  /** Until when each counts, by this process's own clock; the one noted first comes first. */
  const until = new Map<string, number>()
  return {
    note(name: string): void {
      // Moves it to the end.
      until.delete(name)
      until.set(name, performance.now() + forMs)
      const [first] = until.keys()
      if (until.size > most && first !== undefined) until.delete(first)
    },
    has: (name: string): boolean => (until.get(name) ?? 0) > performance.now(),
  }
}
