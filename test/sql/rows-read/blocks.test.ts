import { expect, test } from 'vitest'
import { blocksRead, leastRead } from '../../support/blocks.ts'

test('the blocks of a statement, counted several times, are those of the run that read the catalogue least', async () => {
  const runs = [
    [2_893, 40],
    [8, 0],
    [8, 3],
    [120, 0],
  ].map(([hit = 0, read = 0]) => ({
    'Shared Hit Blocks': hit,
    'Shared Read Blocks': read,
  }))
  const left = [...runs]

  const least = await leastRead(async () => left.shift() as (typeof runs)[number])

  expect(left).toEqual([])
  expect(blocksRead(least)).toBe(8)
})
