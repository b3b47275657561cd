import { describe, expect, test } from 'vitest'
import { createNarrator } from '../../sandbox/demo/narrator.ts'
import { startChild } from '../support/test-child.ts'

describe('the demo', () => {
  test('played, ends well and says how many claims it has checked', async () => {
    const demo = startChild('demo', {})

    const status = await demo.exited

    expect(status, demo.output().slice(-2_000)).toBe(0)
    const [, claims] = /The demo is over: (\d+) claims, each checked\./.exec(demo.output()) ?? []
    expect(Number(claims)).toBe(demo.output().split('✓').length - 1)
    expect(Number(claims)).toBeGreaterThan(50)
  })

  test('its narrator, given a claim that is not so, ends the story and names the claim', () => {
    const lines: string[] = []
    const narrator = createNarrator((line) => void lines.push(line))

    expect(() => narrator.claim('two and two are five', false)).toThrow('two and two are five')
    expect(lines.join()).not.toContain('two and two')
    expect(narrator.claims()).toBe(0)
  })
})
