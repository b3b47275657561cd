import { createHash } from 'node:crypto'
import { type Assets, etagOf } from './assets.ts'

/** Where members sign in, and what a page shows there to be let ask. */
export interface SignInService {
  /** The address of Supabase Auth, such as `https://<ref>.supabase.co/auth/v1`. */
  url: string
  /** Made to be public. */
  publishableKey: string
}

export interface Document {
  html: string
  etag: string
  /** Content-Security-Policy. */
  policy: string
}

/** The page with the addresses of its files, and the policy that lets it do nothing else. */
export function documentOf(assets: Assets, signIn: SignInService | undefined): Document {
  const base = `/console/assets/${assets.version}/`
  const imports = assets.libraries.map(({ name, path }) => [name, `${base}${path}`])
  const map = JSON.stringify({ imports: Object.fromEntries(imports) })
  const paths = [...assets.files.keys()]
  const html = fill(assets.template, {
    'import-map': `<script type="importmap">${map}</script>`,
    styles: tags(paths, '.css', (path) => `<link rel="stylesheet" href="${base}${path}">`),
    // All at once, instead of one import after the other.
    modules: tags(paths, '.js', (path) => `<link rel="modulepreload" href="${base}${path}">`),
    main: `<script type="module" src="${base}main.js"></script>`,
    icon: `<link rel="icon" href="${base}icon.svg" type="image/svg+xml">`,
    'sign-in': signIn
      ? `<meta name="sign-in" content="${escaped(signIn.url)}" data-key="${escaped(signIn.publishableKey)}">`
      : '',
  })
  return { html, etag: etagOf(html), policy: policyOf(map, signIn) }
}

/**
 * Scripts and styles of this server alone, none of them inline. The import map, which browsers take only inline,
 * runs nothing; it is let in by its hash.
 */
function policyOf(map: string, signIn: SignInService | undefined): string {
  const hash = createHash('sha256').update(map).digest('base64')
  const asked = ["'self'", ...(signIn ? [new URL(signIn.url).origin] : [])]
  return [
    "default-src 'none'",
    `script-src 'self' 'sha256-${hash}'`,
    "style-src 'self'",
    "img-src 'self' blob:",
    "media-src 'self' blob:",
    `connect-src ${asked.join(' ')}`,
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
  ].join('; ')
}

const tags = (paths: string[], end: string, tag: (path: string) => string) =>
  paths
    .filter((path) => path.endsWith(end))
    .map(tag)
    .join('\n    ')

/** Puts each text in the place of the comment of its name. @throws Error when the page has no such place */
function fill(template: string, texts: Record<string, string>): string {
  return Object.entries(texts).reduce((html, [name, text]) => {
    const place = `<!-- ${name} -->`
    if (!html.includes(place)) throw new Error(`the page of the console has no ${place}`)
    return html.replace(place, () => text)
  }, template)
}

function escaped(text: string): string {
  return text.replace(/[&<>"]/g, (sign) => `&#${sign.charCodeAt(0)};`)
}
