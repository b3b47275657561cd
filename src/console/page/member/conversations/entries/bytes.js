import { send } from '../../../core/api.js'
import { Problem } from '../../../core/problem.js'
import { currentToken } from '../../../core/supabase-auth.js'

/**
 * A recording or a medium, which this server passes on to whoever says who they are: a player cannot.
 * @param {string} path @returns {Promise<{ url: string, type: string }>} `url`: to be revoked when it is not shown any more
 * @throws {Problem} what the server refuses
 */
export async function fetchBytes(path) {
  const answer = await send('GET', path, {}, await currentToken())
  if (!answer.ok) {
    const body = await answer.json().catch(() => ({}))
    throw new Problem(
      body.detail ? body : { status: answer.status, code: 'unknown', detail: answer.statusText },
      Number(answer.headers.get('retry-after')) || undefined,
    )
  }
  const blob = await answer.blob()
  return { url: URL.createObjectURL(blob), type: blob.type }
}
