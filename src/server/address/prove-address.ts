import { randomBytes } from 'node:crypto'
import { parseJson } from '../../platform/parse-json.ts'
import { sameSecret } from '../../platform/secrets.ts'
import { PROOF_PATH, Proof, proofOf } from './proof.ts'

/** How long the answer may take, and how much of it is read. */
const TIMEOUT_MS = 5_000
const MOST_BYTES = 10_000

/**
 * - reached: a server of this deployment answers at the address
 * - unreachable: no answer, or one that a gateway or an access rule may have given in its place; from
 *   here nobody can tell who is there
 * - elsewhere: somebody else answers
 */
export interface AddressProof {
  result: 'reached' | 'unreachable' | 'elsewhere'
  /** What was answered, in words. */
  detail: string
}

/** Answers that say nothing of who is behind whatever gave them. */
const saysNothing = (status: number) =>
  status >= 500 || [401, 403, 407, 408, 425, 429].includes(status)

/** Asks at the address for what only this deployment can answer. Never fails. */
export async function proveAddress(
  address: string,
  secret: string,
  signal: AbortSignal,
): Promise<AddressProof> {
  const nonce = randomBytes(16).toString('hex')
  try {
    const response = await fetch(`${address}${PROOF_PATH}?nonce=${nonce}`, {
      redirect: 'manual',
      signal: AbortSignal.any([signal, AbortSignal.timeout(TIMEOUT_MS)]),
    })
    const body = Proof.safeParse(parseJson(await beginningOf(response)))
    if (response.status === 200 && body.success) {
      if (sameSecret(body.data.proof, proofOf(nonce, secret)))
        return { result: 'reached', detail: 'this deployment answered' }
      return { result: 'elsewhere', detail: 'another deployment answered' }
    }
    const detail = `the answer was ${response.status}, and no proof`
    return { result: saysNothing(response.status) ? 'unreachable' : 'elsewhere', detail }
  } catch (thrown) {
    const { name, cause } = thrown as { name?: string; cause?: { code?: string } }
    const reason = name === 'TimeoutError' ? 'time-out' : (cause?.code ?? 'connection failed')
    return { result: 'unreachable', detail: `no answer (${reason})` }
  }
}

/** The text as far as a proof can reach: whoever answers may send without end. */
async function beginningOf({ body }: Response): Promise<string> {
  const chunks: Uint8Array[] = []
  let length = 0
  for await (const chunk of body ?? []) {
    chunks.push(chunk)
    length += chunk.byteLength
    if (length > MOST_BYTES) break
  }
  return Buffer.concat(chunks).toString('utf8')
}
