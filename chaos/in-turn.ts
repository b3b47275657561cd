/** One after the other, so that none is left to chance. @param turn whole or not, from 0 on */
export function inTurn<T>(all: readonly T[], turn: number): T {
  const one = all[Math.floor(turn) % all.length]
  if (one === undefined) throw new Error('There is nothing to take in turn')
  return one
}
