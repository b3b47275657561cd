import { randomUUID } from 'node:crypto'
import { importJWK, SignJWT } from 'jose'
import { z } from 'zod'
import { unixNow } from '../core/time.ts'
import type { World } from '../core/world.ts'

/** What the token endpoint takes, whatever the password; a negative `expires_in` makes a token that has expired. */
export const TokenRequest = z.strictObject({
  email: z.email(),
  password: z.string().optional(),
  is_anonymous: z.boolean().default(false),
  expires_in: z.int().default(3600),
})

/** What it takes with `grant_type=refresh_token`. */
export const RefreshRequest = z.strictObject({ refresh_token: z.string() })

/** The public key under which the tokens verify, as a JSON Web Key Set. */
export function keySet(world: World): unknown {
  const { publicKey, kid } = world.state.auth
  return { keys: [{ ...publicKey, kid, alg: 'ES256', use: 'sig', key_ops: ['verify'] }] }
}

/** Signs a user in, who is made at the first time and keeps its id after that. */
export async function issueToken(
  world: World,
  request: z.infer<typeof TokenRequest>,
): Promise<unknown> {
  const email = request.email.toLowerCase()
  const id = world.state.auth.users[email] ?? addUser(world, email)
  const { privateKey, kid } = world.state.auth
  const now = unixNow()
  const token = await new SignJWT({
    email,
    phone: '',
    role: 'authenticated',
    aal: 'aal1',
    amr: [{ method: request.is_anonymous ? 'anonymous' : 'password', timestamp: now }],
    app_metadata: { provider: 'email', providers: ['email'] },
    user_metadata: {},
    session_id: randomUUID(),
    is_anonymous: request.is_anonymous,
  })
    .setProtectedHeader({ alg: 'ES256', kid, typ: 'JWT' })
    .setIssuer(`${world.origin}/auth/v1`)
    .setAudience('authenticated')
    .setSubject(id)
    .setIssuedAt(now)
    .setExpirationTime(now + request.expires_in)
    .sign(await importJWK(privateKey, 'ES256'))
  const refreshToken = randomUUID()
  world.change(({ auth }) => {
    auth.refreshTokens[refreshToken] = email
  })
  return {
    access_token: token,
    token_type: 'bearer',
    expires_in: request.expires_in,
    expires_at: now + request.expires_in,
    refresh_token: refreshToken,
    user: { id, email },
  }
}

/** Signs the user of a refresh token in again; undefined: it is nobody's, or was used. */
export async function refreshToken(
  world: World,
  { refresh_token }: z.infer<typeof RefreshRequest>,
): Promise<unknown> {
  const email = world.change(({ auth }) => {
    const owner = auth.refreshTokens[refresh_token]
    delete auth.refreshTokens[refresh_token]
    return owner
  })
  return email === undefined ? undefined : issueToken(world, TokenRequest.parse({ email }))
}

function addUser(world: World, email: string): string {
  return world.change(({ auth }) => {
    const id = randomUUID()
    auth.users[email] = id
    return id
  })
}
