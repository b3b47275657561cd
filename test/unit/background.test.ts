import { describe, expect, test } from 'vitest'
import { Background, track, within } from '../../src/platform/background.ts'

/** Longer than any test: what waits for it does not get there. */
const FOR_EVER = 2 ** 31 - 1

/** Work that is held until the test lets it go on, and what became of it. */
function someWork() {
  const background = new Background()
  const errors: Error[] = []
  const held = Promise.withResolvers<void>()
  const begun = Promise.withResolvers<AbortSignal>()
  const work = (signal: AbortSignal) => {
    begun.resolve(signal)
    return held.promise
  }
  const start = (waitMs: number) =>
    within(waitMs, work, { background, onError: (error) => errors.push(error) })
  return { background, errors, held, signal: begun.promise, start }
}

describe('track', () => {
  test('given work: has it in the background until it ends, and answers it', async () => {
    const background = new Background()
    const { promise, resolve } = Promise.withResolvers<string>()

    const work = track(background, promise)

    expect([...background]).toEqual([work])
    resolve('done')
    expect(await work).toBe('done')
    expect(background.size).toBe(0)
  })
})

describe('within', () => {
  test('given work that is done in time: is over with it', async () => {
    const { background, errors, held, start } = someWork()

    const waiting = start(FOR_EVER)
    expect(background.size).toBe(1)
    held.resolve()
    await waiting

    expect(background.size).toBe(0)
    expect(errors).toEqual([])
  })

  test('given work that is not: aborts its signal, and leaves it in the background', async () => {
    const { background, held, signal, start } = someWork()

    await start(1)

    expect((await signal).aborted).toBe(true)
    expect(background.size).toBe(1)
    held.resolve()
    await Promise.all(background)
    expect(background.size).toBe(0)
  })

  test('given a server that stops meanwhile: is over, and leaves its work to the background', async () => {
    const { background, held, signal, start } = someWork()
    const waiting = start(FOR_EVER)
    const empty = background.empty()

    background.stop()
    await waiting

    expect((await signal).aborted).toBe(true)
    expect(background.size).toBe(1)
    held.resolve()
    await empty
    expect(background.size).toBe(0)
  })

  test('given a server that is stopping: tells its work from the first to begin nothing', async () => {
    const { background, held, signal, start } = someWork()
    background.stop()

    await start(FOR_EVER)

    expect((await signal).aborted).toBe(true)
    held.resolve()
  })

  test.each([
    ['in time', FOR_EVER],
    ['after the time is up', 1],
  ])('given work that fails %s: tells of it, and does not fail', async (_, waitMs) => {
    const { background, errors, held, signal, start } = someWork()
    const waiting = start(waitMs)
    if (waitMs === 1) await waiting

    held.reject('database away')
    await Promise.all([waiting, ...background])

    expect(errors).toEqual([new Error('database away')])
    expect(background.size).toBe(0)
    expect((await signal).aborted).toBe(true)
  })
})
