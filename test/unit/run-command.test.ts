import { execFile } from 'node:child_process'
import { describe, expect, test } from 'vitest'

const file = JSON.stringify(new URL('../../src/platform/process.ts', import.meta.url).href)

/** How a process ends that runs a command of this body. */
function ending(body: string): Promise<{ code: number; errors: string }> {
  const script = `import { runCommand } from ${file}; runCommand('it', { async it() { ${body} } })`
  return new Promise((resolve) => {
    const args = ['--input-type=module', '-e', script]
    execFile(process.execPath, args, (error, _output, errors) => {
      resolve({ code: Number(error?.code ?? 0), errors })
    })
  })
}

describe('a command', () => {
  test('that is done, ends with 0', async () => {
    expect(await ending('')).toEqual({ code: 0, errors: '' })
  })

  test('that throws, says what and ends with 1', async () => {
    expect(await ending("throw new Error('No.')")).toEqual({ code: 1, errors: 'No.\n' })
  })

  test('that says itself how it ends, ends so', async () => {
    expect(await ending('process.exitCode = 3')).toEqual({ code: 3, errors: '' })
  })

  test('that waits for what never comes, says so and ends with 1', async () => {
    const { code, errors } = await ending('await new Promise(() => {})')
    expect(code).toBe(1)
    expect(errors).toBe('"it" came to a halt before it was done\n')
  })
})
