import { generateKeyPairSync, type JsonWebKey, randomUUID } from 'node:crypto'

/** The key that signs access tokens, and the users who signed in. */
export interface AuthState {
  kid: string
  privateKey: JsonWebKey
  publicKey: JsonWebKey
  /** User id by e-mail address. */
  users: Record<string, string>
  /** Whom each refresh token, good for one use, signs in: an e-mail address. */
  refreshTokens: Record<string, string>
}

/** No users yet, and a new ES256 key pair. */
export function initialAuth(): AuthState {
  const { privateKey, publicKey } = generateKeyPairSync('ec', { namedCurve: 'P-256' })
  return {
    kid: randomUUID(),
    privateKey: privateKey.export({ format: 'jwk' }),
    publicKey: publicKey.export({ format: 'jwk' }),
    users: {},
    refreshTokens: {},
  }
}
