/**
 * What is under way of one kind, and for how long the oldest of it has been: at an overloaded server that
 * is how long whoever comes now would wait. Times are those of `now`, in ms.
 */
export function createUnderWay(now: () => number) {
  /** When each began, the oldest first. */
  const begun = new Map<object, number>()
  return {
    begin(what: object): void {
      begun.set(what, now())
    },
    end(what: object): void {
      begun.delete(what)
    },
    count: () => begun.size,
    oldestMs(): number {
      for (const since of begun.values()) return now() - since
      return 0
    },
  }
}
