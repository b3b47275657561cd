import { describe, expect, test } from 'vitest'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { observed } from '../../src/infrastructure/observed.ts'

function port() {
  const noted: [string, string, string][] = []
  const carrier = (name: string, operation: string, outcome: string) =>
    void noted.push([name, operation, outcome])
  const real = {
    voiceUrl: 'https://voice.example',
    isVoiceUrl: (url: string) => url === 'https://voice.example',
    async getNumber(sid: string) {
      if (sid === 'gone') throw new CarrierError('twilio', 'numbers.fetch', 'not_found', 'none')
      if (sid === 'broken') throw new Error('ours')
      return sid
    },
    async *listNumbers() {
      yield ['one']
      yield ['two']
    },
  }
  return { noted, ours: observed(real, 'twilio', { carrier }) }
}

describe('an observed port', () => {
  test('asked for something, tells how that went, and answers as before', async () => {
    const { noted, ours } = port()

    expect(await ours.getNumber('PN1')).toBe('PN1')
    await expect(ours.getNumber('gone')).rejects.toThrow('none')
    await expect(ours.getNumber('broken')).rejects.toThrow('ours')

    expect(noted).toEqual([
      ['twilio', 'getNumber', 'ok'],
      ['twilio', 'getNumber', 'not_found'],
      ['twilio', 'getNumber', 'failed'],
    ])
  })

  test('asked for a list, tells of it once it is read, or left', async () => {
    const { noted, ours } = port()

    const pages: string[][] = []
    for await (const page of ours.listNumbers()) pages.push(page)
    for await (const _ of ours.listNumbers()) break

    expect(pages).toEqual([['one'], ['two']])
    expect(noted).toEqual([
      ['twilio', 'listNumbers', 'ok'],
      ['twilio', 'listNumbers', 'ok'],
    ])
  })

  test('asked for what it knows itself, tells nothing', () => {
    const { noted, ours } = port()

    expect([ours.voiceUrl, ours.isVoiceUrl('https://voice.example')]).toEqual([
      'https://voice.example',
      true,
    ])
    expect(noted).toEqual([])
  })
})
