import { truncate } from '../../platform/truncate.ts'
import { inOneLine } from '../../platform/visible-text.ts'
import type { TurnClaim } from './turn.ts'

/** As much as three of the longest texts. */
const MOST = 4_800

/** What the customer has texted, for the agent: one line each. Pictures and files it does not see. */
export function questionOf(texts: TurnClaim['texts']): string {
  return truncate(texts.map(lineOf).join('\n'), MOST)
}

function lineOf({ body, media }: TurnClaim['texts'][number]): string {
  const line = inOneLine(body).trim()
  if (media === 0) return line
  const files = `(with ${media === 1 ? 'a picture or file' : `${media} pictures or files`}, which you cannot see)`
  return line ? `${line} ${files}` : files
}
