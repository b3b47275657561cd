import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'

setFlagsFromString('--expose-gc')
/** Collects whatever nothing holds any more. */
export const collectGarbage = runInNewContext('gc') as () => void

/** Bytes of all buffers that something still holds. */
export function liveBufferBytes(): number {
  collectGarbage()
  return process.memoryUsage().arrayBuffers
}
