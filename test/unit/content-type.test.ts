import { describe, expect, test } from 'vitest'
import { dispositionOf, isPassedOn } from '../../src/recordings/content-type.ts'

describe('the type of what a carrier sends', () => {
  test.each([
    ['audio/mpeg', 'inline; filename="x.mp3"'],
    ['audio/x-wav', 'inline; filename="x.wav"'],
    ['image/jpeg', 'inline; filename="x.jpg"'],
    ['image/heic', 'inline; filename="x"'],
    ['video/3gpp', 'inline; filename="x"'],
    ['application/pdf', 'attachment; filename="x.pdf"'],
    ['text/vcard', 'attachment; filename="x.vcf"'],
    ['text/plain', 'attachment; filename="x"'],
  ])('%s, is passed on, as %s', (type, disposition) => {
    expect(isPassedOn(type)).toBe(true)
    expect(dispositionOf(type, 'x')).toBe(disposition)
  })

  test.each([
    '',
    'text/html',
    'application/xhtml+xml',
    'image/svg+xml',
    'image/svg',
    'text/xml',
    'application/javascript',
    'application/octet-stream',
    'application/json',
    'multipart/byteranges',
    'audio/',
    'audio/mpeg\r\nx: y',
    'image/png, text/html',
  ])('%j, which a browser might run or which is none, is not passed on', (type) => {
    expect(isPassedOn(type)).toBe(false)
  })
})
