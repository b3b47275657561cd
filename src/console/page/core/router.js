import { computed, signal } from '@preact/signals'

/** Below which all of the page's addresses are. */
const BASE = '/console'

/** Where the page is: its path below `/console`, and its query. */
export const place = signal(read())

/** @typedef {{ path: string, query: URLSearchParams }} Place */

/** Goes to another place of the page. @param {string} to below `/console` @param {{ replace?: boolean }} [how] */
export function go(to, { replace = false } = {}) {
  history[replace ? 'replaceState' : 'pushState'](null, '', `${BASE}${to}`)
  place.value = read()
  if (!replace) scrollTo(0, 0)
}

/** Changes one part of the query, in place: what a list is filtered by can be kept and opened again. */
export function setQuery(/** @type {Record<string, string | null>} */ changes) {
  const query = new URLSearchParams(place.peek().query)
  for (const [name, value] of Object.entries(changes)) {
    if (value) query.set(name, value)
    else query.delete(name)
  }
  const search = query.toString()
  go(`${place.peek().path}${search ? `?${search}` : ''}`, { replace: true })
}

/** The address of a place, for a link. @param {string} to below `/console` */
export const linkTo = (to) => `${BASE}${to}`

/**
 * @typedef {{
 *   path: string, title: string, screen: (props: any) => any, nav: string, keyOf?: (params: any) => string,
 * }} Screen
 * `path` may have `:name` parts, which `screen` gets as its properties; `nav`: where the navigation has it; `keyOf`: at
 * addresses of one key it stays what it is, instead of beginning anew.
 */

/**
 * The screen of a path and what its parameters are there.
 * @param {readonly Screen[]} screens @param {string} path
 */
export function find(screens, path) {
  for (const screen of screens) {
    const params = matchOf(screen.path, path)
    if (params) return { screen, params }
  }
  return undefined
}

/** @param {string} pattern @param {string} path */
function matchOf(pattern, path) {
  const wanted = pattern.split('/')
  const given = path.split('/')
  if (wanted.length !== given.length) return undefined
  /** @type {Record<string, string>} */
  const params = {}
  for (const [at, part] of wanted.entries()) {
    const own = given[at] ?? ''
    if (part.startsWith(':')) params[part.slice(1)] = decoded(own)
    else if (part !== own) return undefined
  }
  return params
}

/** What is no text in its place is shown as it is. @param {string} part */
function decoded(part) {
  try {
    return decodeURIComponent(part)
  } catch {
    return part
  }
}

/** @returns {Place} */
function read() {
  const { pathname, search } = location
  const path = pathname.slice(BASE.length).replace(/\/+$/, '')
  return { path: path || '/', query: new URLSearchParams(search) }
}

export const path = computed(() => place.value.path)

addEventListener('popstate', () => {
  place.value = read()
})

/** Links within the page load nothing. */
addEventListener('click', (event) => {
  const link = event.target instanceof Element ? event.target.closest('a') : null
  const isPlain = event.button === 0 && !(event.metaKey || event.ctrlKey || event.shiftKey)
  if (!link || !isPlain || link.target || link.hasAttribute('download')) return
  const { origin, pathname, search } = new URL(link.href)
  if (origin !== location.origin || !`${pathname}/`.startsWith(`${BASE}/`)) return
  event.preventDefault()
  go(`${pathname.slice(BASE.length)}${search}`)
})
