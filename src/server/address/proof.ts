import { createHmac } from 'node:crypto'
import { z } from 'zod'
import type { ReadIdentity } from '../../database/identity.ts'
import { type Route, reply, route } from '../../http/route.ts'

export const PROOF_PATH = '/api/deployment/proof'

export const Proof = z.object({ proof: z.string() }).meta({ id: 'DeploymentProof' })

/** What only a server of the deployment can say of a nonce: an HMAC under the secret its servers share. */
export function proofOf(nonce: string, secret: string): string {
  return createHmac('sha256', secret).update(`orgline address ${nonce}`).digest('hex')
}

/** Lets whoever knows the deployment's secret see whether an address leads to it. */
export function createProofRoutes(deps: { readIdentity: ReadIdentity }): Route[] {
  return [
    route({
      method: 'get',
      path: PROOF_PATH,
      operationId: 'proveAddress',
      guard: 'public',
      summary: 'Proves, to servers of the same deployment, that this address leads to it',
      query: z.strictObject({
        nonce: z
          .string()
          .regex(/^[0-9a-f]{32}$/, 'must be 32 hex digits')
          .meta({
            description: 'whatever is to be proven, anew each time',
            examples: ['5d0c5a4f4b2e41c2a3b1c7e0f9d8a6b5'],
          }),
      }),
      replies: { 200: Proof },
      problems: ['database_unavailable'],
      async handle({ query: { nonce } }) {
        const { secret } = await deps.readIdentity()
        return reply(200, { proof: proofOf(nonce, secret) })
      },
    }),
  ]
}
