import type { IncomingHttpHeaders } from 'node:http'

/** What may stand before a document, a piece at a time; a comment may go on where the answer was cut. */
const BEFORE = /\s+|<!--[\s\S]*?(?:-->|$)|<\?[\s\S]*?\?>/y
const PAGE = /<(!doctype\s+html|html|head|body)[\s>/]/iy
const PAGE_TYPE = /^\s*(text\/html|application\/xhtml\+xml)\s*(;|$)/i

/**
 * Whether an answer is there for browsers, by its beginning: whoever receives events says nothing of the
 * kind, and what it was told would be lost. One in an encoding, which nobody asked for, is taken at its word.
 */
export function isWebPage(beginning: string, headers: IncomingHttpHeaders): boolean {
  const encoding = headers['content-encoding'] ?? 'identity'
  if (encoding !== 'identity') return PAGE_TYPE.test(headers['content-type'] ?? '')
  // UTF-16, read as UTF-8, has a zero beside each letter, and its mark cannot be read.
  const text = beginning.replaceAll('\0', '').replace(/^\uFFFD+/, '')
  let at = 0
  for (;;) {
    BEFORE.lastIndex = at
    const piece = BEFORE.exec(text)
    if (!piece) break
    if (piece[0].startsWith('<!--') && !piece[0].endsWith('-->')) return true
    at = BEFORE.lastIndex
  }
  PAGE.lastIndex = at
  return PAGE.test(text)
}
