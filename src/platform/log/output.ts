import { pino } from 'pino'

/** How long a line waits at most for others to be written with it. */
const WAIT_MS = 100

/** So much is written at once, however short it waited; less than sonic-boom writes at most. */
const ENOUGH_BYTES = 8 * 1_024

/** From here on a line tells of trouble, and may be the last one. Source: pino, levels. */
const WARN = 40

/** What pino tells of a line besides: its level. */
const METADATA = Symbol.for('pino.metadata')

/**
 * A file descriptor that lines are written to together: one write costs what a whole webhook's logging
 * does. A line waits for 100 ms at most; from `warn` on it does not wait. Exits and crashes write what is
 * left; only SIGKILL takes what waited with it. A reader that stalls keeps nobody waiting.
 */
export function createLogOutput(fd: number) {
  const output = pino.destination({ fd, minLength: ENOUGH_BYTES, sync: false })
  let timer: NodeJS.Timeout | undefined
  const flush = () => {
    clearTimeout(timer)
    timer = undefined
    output.flush()
  }
  return {
    write(line: string, level: number): void {
      output.write(line)
      if (level >= WARN) flush()
      // A process with nothing else to do ends, and writes as it does.
      else timer ??= setTimeout(flush, WAIT_MS).unref()
    },
  }
}

/** A stream for pino that gives `write` each finished line and its level. */
export function lineStream(write: (line: string, level: number) => void) {
  return {
    [METADATA]: true,
    lastLevel: 0,
    write(line: string): void {
      write(line, this.lastLevel)
    },
  }
}
