import { AppError } from '../../platform/errors.ts'

/** The first block, and the most that one block adds. */
const FIRST = 4 * 1_024
const MOST = 64 * 1_024

/**
 * What is kept of a body, copied into blocks: a part of its own costs many times what it holds where
 * it is one byte. A block is as long as all before it, up to 64 kB, and all together never exceed `limit`.
 */
export function createKeptBytes(limit: number) {
  let blocks: Buffer[] = []
  let length = 0
  let capacity = 0

  const grow = () => {
    const size = Math.max(FIRST, Math.min(capacity, MOST))
    const block = Buffer.allocUnsafeSlow(Math.min(size, limit - capacity))
    blocks.push(block)
    capacity += block.length
    return block
  }

  return {
    /** Bytes of memory that it takes. */
    get capacity() {
      return capacity
    },
    /**
     * Whether there is room for it; it is kept only then. An error thrown here would hold all that is kept
     * for as long as anybody holds the error: V8 keeps the receivers of a stack that nobody has read.
     */
    add(part: Buffer): boolean {
      if (length + part.length > limit) return false
      let at = 0
      while (at < part.length) {
        const block = length === capacity ? grow() : (blocks.at(-1) as Buffer)
        const copied = part.copy(block, block.length - (capacity - length), at)
        at += copied
        length += copied
      }
      return true
    },
    /** All of it, as one. */
    bytes: () => Buffer.concat(blocks, length),
    /** Lets go of it, whoever still holds this. */
    drop(): void {
      blocks = []
    },
  }
}

export const tooLarge = (limit: number) =>
  new AppError(
    'body_too_large',
    `The body is more than ${limit / 1_024} kB, the most that is read here: send less at a time`,
  )
