/** A mail as it is sent. */
export interface Letter {
  subject: string
  text: string
  html: string
}

/** What a mail says, before it is laid out: plain words, whoever chose them. */
export interface Content {
  subject: string
  /** A line break in one stays one. */
  paragraphs: string[]
  link?: { words: string; url: string }
  /** Why whoever reads it gets it. */
  reason: string
}

const STYLE =
  'font-family: system-ui, sans-serif; font-size: 16px; line-height: 1.5; color: #1f2328; max-width: 40em; margin: 0 auto; padding: 24px'
const BUTTON =
  'display: inline-block; padding: 10px 18px; border-radius: 6px; background: #1f4fd8; color: #ffffff; text-decoration: none'
const SMALL = 'font-size: 13px; color: #59636e; border-top: 1px solid #d1d9e0; padding-top: 12px'

/** The same in text and in HTML, in which every value is escaped. */
export function layOut({ subject, paragraphs, link, reason }: Content): Letter {
  const shown = oneLine(subject)
  const html = [
    ...paragraphs.map((words) => `<p>${escapeHtml(words).replaceAll('\n', '<br>\n')}</p>`),
    ...(link
      ? [`<p><a href="${escapeHtml(link.url)}" style="${BUTTON}">${escapeHtml(link.words)}</a></p>`]
      : []),
    `<p style="${SMALL}">${escapeHtml(reason)}</p>`,
  ]
  return {
    subject: shown,
    text: `${[...paragraphs, ...(link ? [`${link.words}: ${link.url}`] : []), `-- \n${reason}`].join('\n\n')}\n`,
    html: `<!doctype html>
<html lang="en">
<head><meta charset="utf-8"><meta name="color-scheme" content="light"><title>${escapeHtml(shown)}</title></head>
<body><div style="${STYLE}">
${html.join('\n')}
</div></body>
</html>
`,
  }
}

/** No name that somebody chose makes another header of it. */
function oneLine(words: string): string {
  return words
    .replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ')
    .trim()
    .slice(0, 150)
}

function escapeHtml(text: string): string {
  return text
    .replaceAll('&', '&amp;')
    .replaceAll('<', '&lt;')
    .replaceAll('>', '&gt;')
    .replaceAll('"', '&quot;')
    .replaceAll("'", '&#39;')
}
