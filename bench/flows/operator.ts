/** What an operator asks of a server. @throws Error unless it is answered with a success */
export async function asOperator(origin: string, method: string, path: string, body?: unknown) {
  const answer = await fetch(`${origin}${path}`, {
    method,
    headers: {
      authorization: 'Bearer sandbox-admin-key',
      'content-type': 'application/json',
      'idempotency-key': crypto.randomUUID(),
    },
    ...(body !== undefined && { body: JSON.stringify(body) }),
  })
  const text = await answer.text()
  if (!answer.ok) throw new Error(`${method} ${path}: ${answer.status} ${text.slice(0, 300)}`)
  return JSON.parse(text)
}

let signedUp = 0

/** An organization that nobody has signed up before. @returns its id and its number; null while it has none */
export async function signUp(origin: string): Promise<{ id: string; number: string | null }> {
  signedUp += 1
  const { organization } = await asOperator(origin, 'POST', '/api/auth/organizations', {
    name: `Flow Motors ${signedUp} ${crypto.randomUUID().slice(0, 8)}`,
    email: 'bench@example.com',
    preferredAreaCode: '604',
  })
  return { id: organization.id, number: organization.phoneNumber }
}
