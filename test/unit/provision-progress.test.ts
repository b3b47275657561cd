import { describe, expect, test } from 'vitest'
import type { Outcome } from '../../src/commands/provision/outcome.ts'
import { createProgress } from '../../src/commands/provision/progress.ts'

const given: Outcome = { kind: 'given' }
const failed: Outcome = { kind: 'failed', reason: 'suspended' }
const coming: Outcome = { kind: 'coming', organizationId: 'one', reason: 'no number is for sale' }

/** What is written while the given outcomes are shown one after the other. */
function written(output: { isTTY?: boolean; columns?: number }, steps: Outcome[][]): string {
  let text = ''
  const progress = createProgress({ ...output, write: (more) => (text += more) }, 4)
  for (const step of steps) progress.show(step)
  progress.end()
  return text
}

describe('the progress', () => {
  test('written to a file: is one line for each change', () => {
    const text = written({}, [[given], [given], [given, failed, coming], [given, given]])

    expect(text.split('\n')).toEqual([
      '[######------------------] 1/4',
      '[############------------] 2/4, 1 on order, 1 failed, waiting: no number is for sale',
      '[############------------] 2/4',
      '',
    ])
  })

  test('written to a terminal: keeps one line up to date, no wider than that', () => {
    const text = written({ isTTY: true, columns: 40 }, [[given], [given, failed, coming]])

    expect(text).toBe(
      '\r\x1b[2K[######------------------] 1/4\r\x1b[2K[############------------] 2/4, 1 on or\n',
    )
  })
})
