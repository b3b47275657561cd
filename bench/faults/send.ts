const OPERATOR = 'sandbox-admin-key'

/** @throws Error unless the answer is a good one, which is returned */
export async function send(method: string, url: string, body?: unknown, token = OPERATOR) {
  const answer = await fetch(url, {
    method,
    headers: { authorization: `Bearer ${token}`, 'content-type': 'application/json' },
    ...(body !== undefined && { body: JSON.stringify(body) }),
    signal: AbortSignal.timeout(30_000),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${url} answers ${answer.status}: ${text}`)
  return JSON.parse(text)
}
