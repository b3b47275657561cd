import pRetry from 'p-retry'
import type { z } from 'zod'
import { parseJson } from '../platform/parse-json.ts'

/** A route of a server's operators that may be repeated, and what it answers. */
interface ServerRoute<Answer> {
  url: string
  key: string
  path: string
  answer: z.ZodType<Answer>
}

const TIMEOUT_MS = 120_000

/** Worth another try: nothing is done twice by it. */
class NotNow extends Error {}

/**
 * Asks a server by one of its operators' routes (POST). Once it has answered, it may be away for about
 * a minute, as while it is restarted; so long is waited too where it counts our requests.
 * @throws Error that says what the server refused, or that it cannot be reached
 */
export function createAskRoute<Answer>(
  route: ServerRoute<Answer>,
): (request: unknown) => Promise<Answer> {
  let hasAnswered = false
  return async (request) => {
    const answer = await pRetry(() => send(route, request), {
      retries: 8,
      minTimeout: 500,
      maxTimeout: 15_000,
      shouldRetry: ({ error }) => hasAnswered && error instanceof NotNow,
    })
    hasAnswered = true
    return answer
  }
}

async function send<Answer>(
  { url, key, path, answer }: ServerRoute<Answer>,
  request: unknown,
): Promise<Answer> {
  let response: Response
  let text: string
  try {
    response = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      body: JSON.stringify(request),
      redirect: 'manual',
      signal: AbortSignal.timeout(TIMEOUT_MS),
    })
    text = await response.text()
  } catch (thrown) {
    const { message, cause } = thrown as { message: string; cause?: Partial<NodeJS.ErrnoException> }
    throw new NotNow(
      `${url} does not answer (${cause?.code ?? cause?.message ?? message}): is the server running?`,
    )
  }
  if (response.status === 200) return readAnswer(url, answer, text)
  const reason = `${url} answered ${response.status}: ${problemOf(text)}`
  throw response.status === 429 || response.status >= 500 ? new NotNow(reason) : new Error(reason)
}

function readAnswer<Answer>(url: string, answer: z.ZodType<Answer>, text: string): Answer {
  const parsed = answer.safeParse(parseJson(text))
  if (parsed.success) return parsed.data
  throw new Error(`${url} answered something else than Orgline does: check the address`)
}

/** What a refusal says; a redirect, or another server's answer, has no such words. */
function problemOf(text: string): string {
  const { detail } = Object(parseJson(text)) as { detail?: unknown }
  return typeof detail === 'string' ? detail : 'check the address, and http or https'
}
