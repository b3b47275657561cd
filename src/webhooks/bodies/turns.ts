import { busy, SMALL_BODY } from './places.ts'

/** What may wait, in bytes: of all addresses, and of one, which is a thousand texts that come at once. */
const ALL_BYTES = 8 * 1_024 * 1_024
const PER_ADDRESS = 2 * 1_024 * 1_024

interface Queue {
  bytes: number
  waiting: { length: number; go: () => void }[]
}

/**
 * Turns of the event loop: what a flood costs is spread, so that callers wait for one piece of it, and not
 * for all. Addresses take turns, too, so that nobody waits behind the many of another.
 */
export function createTurns({ bytes = ALL_BYTES, perAddress = PER_ADDRESS } = {}) {
  /** The address whose turn is next comes first. */
  const queues = new Map<string, Queue>()
  let left = bytes

  const next = () => {
    const [first] = queues
    if (!first) return
    const [address, queue] = first
    const one = queue.waiting.shift()
    queues.delete(address)
    if (queue.waiting.length > 0) queues.set(address, queue)
    if (queues.size > 0) setImmediate(next)
    queue.bytes -= one?.length ?? 0
    left += one?.length ?? 0
    one?.go()
  }

  /**
   * Waits for the turn of a body of so many bytes, which was read.
   * @throws AppError webhooks_busy where too much waits
   */
  return async (address: string, bytesRead: number): Promise<void> => {
    // What is larger has a place, which counts it.
    const length = bytesRead > SMALL_BODY ? 0 : bytesRead
    const queue = queues.get(address) ?? { bytes: 0, waiting: [] }
    if (length > left || queue.bytes + length > perAddress) throw busy()
    queue.bytes += length
    left -= length
    if (queues.size === 0) setImmediate(next)
    queues.set(address, queue)
    await new Promise<void>((go) => queue.waiting.push({ length, go }))
  }
}

export type TakeTurn = ReturnType<typeof createTurns>
