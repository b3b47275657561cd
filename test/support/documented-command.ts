/** A request as a document writes it: a curl command, or `METHOD /path`, maybe headers, and a JSON body. */
interface DocumentedRequest {
  method: string
  path: string
  headers: Record<string, string>
  body: string | undefined
}

/**
 * Sends what a documented command says, byte for byte, to another host and with a key added.
 * `fill` replaces the document's example values, such as `[ORG_ID]`, by real ones. curl itself is
 * not needed.
 */
export async function runDocumented(
  command: string,
  options: { origin: string; key: string; fill?: Record<string, string> },
  // biome-ignore lint/suspicious/noExplicitAny: tests look into answers of every shape
): Promise<{ status: number; body: any }> {
  const filled = Object.entries(options.fill ?? {}).reduce(
    (text, [example, real]) => text.replaceAll(example, real),
    command,
  )
  const { method, path, headers, body } = readCommand(filled.trim())
  const answer = await fetch(`${options.origin}${path}`, {
    method,
    headers: { ...headers, authorization: `Bearer ${options.key}` },
    ...(body !== undefined && { body }),
  })
  return { status: answer.status, body: await answer.json() }
}

function readCommand(text: string): DocumentedRequest {
  return text.startsWith('curl ') ? readCurl(text) : readSnippet(text)
}

/** The options of curl that documents use: -X, -H and -d. @throws Error on any other */
function readCurl(text: string): DocumentedRequest {
  const quoted = text.replaceAll('\\\n', ' ').matchAll(/"([^"]*)"|'([^']*)'|(\S+)/g)
  const [, ...words] = Array.from(
    quoted,
    ([, double, single, bare]) => double ?? single ?? bare ?? '',
  )
  const request: DocumentedRequest = { method: 'GET', path: '', headers: {}, body: undefined }
  for (let word = words.shift(); word !== undefined; word = words.shift()) {
    if (word === '-X') request.method = words.shift() ?? ''
    else if (word === '-d') request.body = words.shift()
    else if (word === '-H') {
      const [name = '', value = ''] = (words.shift() ?? '').split(/:\s*/, 2)
      request.headers[name.toLowerCase()] = value
    } else if (word.startsWith('-')) throw new Error(`curl ${word} is not known here`)
    else request.path = pathOf(word)
  }
  return request
}

function readSnippet(text: string): DocumentedRequest {
  const [first = '', ...rest] = text.split('\n')
  const [method = '', url = ''] = first.split(' ')
  const path = pathOf(url)
  const headers: Record<string, string> = {}
  for (;;) {
    const [, name, value = ''] = /^([\w-]+): (.*)$/.exec(rest[0] ?? '') ?? []
    if (!name) break
    headers[name.toLowerCase()] = value
    rest.shift()
  }
  const body = rest.join('\n').trim()
  if (!body) return { method, path, headers, body: undefined }
  return { method, path, headers: { 'content-type': 'application/json', ...headers }, body }
}

/** Taken apart as text: a URL object might change the notation of the path. */
function pathOf(url: string): string {
  return url.replace(/^https?:\/\/[^/]+/, '')
}
