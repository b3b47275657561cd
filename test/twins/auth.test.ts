import { createRemoteJWKSet, decodeJwt, jwtVerify } from 'jose'
import { describe, expect, test } from 'vitest'
import { startTwins, type Twins } from '../../sandbox/twins/twins.ts'
import { call, stateFileForTest, twinsForTest } from './support.ts'

async function verify({ origin }: Twins, token: string) {
  const keys = createRemoteJWKSet(new URL(`${origin}/auth/v1/.well-known/jwks.json`))
  return await jwtVerify(token, keys, {
    issuer: `${origin}/auth/v1`,
    audience: 'authenticated',
    algorithms: ['ES256'],
  })
}

describe('auth', () => {
  test('token, for an e-mail address, verifies with the published keys', async () => {
    const twins = await twinsForTest()
    const { body } = await call(twins, 'POST', '/auth/v1/token', { email: 'Ann@example.test' })
    const { payload, protectedHeader } = await verify(twins, body.access_token)
    expect(protectedHeader.kid).toEqual(expect.any(String))
    expect(payload).toMatchObject({
      sub: body.user.id,
      email: 'ann@example.test',
      role: 'authenticated',
      is_anonymous: false,
    })
    expect(Number(payload.exp) - Number(payload.iat)).toBe(3600)
  })

  test('token, negative life, has expired', async () => {
    const twins = await twinsForTest()
    const request = { email: 'ann@example.test', expires_in: -10, is_anonymous: true }
    const { body } = await call(twins, 'POST', '/auth/v1/token', request)
    await expect(verify(twins, body.access_token)).rejects.toMatchObject({
      code: 'ERR_JWT_EXPIRED',
    })
    expect(decodeJwt(body.access_token)).toMatchObject({ is_anonymous: true })
  })

  test('token, after a restart, has the same user and key', async () => {
    const stateFile = stateFileForTest()
    const first = await startTwins({ port: 0, stateFile })
    const email = 'ann@example.test'
    const before = await call(first, 'POST', '/auth/v1/token', { email })
    const keys = await call(first, 'GET', '/auth/v1/.well-known/jwks.json')
    await first.close()
    const second = await twinsForTest({ stateFile })
    const after = await call(second, 'POST', '/auth/v1/token', { email })
    expect(after.body.user.id).toBe(before.body.user.id)
    expect(await call(second, 'GET', '/auth/v1/.well-known/jwks.json')).toEqual(keys)
  })

  test('token, refreshed, is of the same user, and its refresh token is good once', async () => {
    const twins = await twinsForTest()
    const credentials = { email: 'ann@example.test', password: 'any' }
    const { body } = await call(twins, 'POST', '/auth/v1/token?grant_type=password', credentials)
    const refresh = () =>
      call(twins, 'POST', '/auth/v1/token?grant_type=refresh_token', {
        refresh_token: body.refresh_token,
      })

    const refreshed = await refresh()
    expect(refreshed).toMatchObject({ status: 200, body: { user: body.user } })
    await verify(twins, refreshed.body.access_token)
    expect(refreshed.body.refresh_token).not.toBe(body.refresh_token)
    expect(await refresh()).toMatchObject({
      status: 400,
      body: { error_code: 'refresh_token_not_found' },
    })
  })

  test('sign-up, of somebody new, signs in at once', async () => {
    const twins = await twinsForTest()
    const credentials = { email: 'new@example.test', password: 'long enough' }
    const { status, body } = await call(twins, 'POST', '/auth/v1/signup', credentials)

    expect(status).toBe(200)
    await verify(twins, body.access_token)
  })

  test('token, no e-mail address, is a 400', async () => {
    const reply = await call(await twinsForTest(), 'POST', '/auth/v1/token', { email: 'x' })
    expect(reply).toMatchObject({ status: 400, body: { error_code: 'validation_failed' } })
  })

  test('token, asked for by a page of any origin, may be sent for and read', async () => {
    const { origin: twin } = await twinsForTest()
    const origin = 'https://app.example.test'
    const preflight = await fetch(`${twin}/auth/v1/token`, {
      method: 'OPTIONS',
      headers: {
        origin,
        'access-control-request-method': 'POST',
        'access-control-request-headers': 'apikey,authorization,content-type,x-client-info',
      },
    })
    const refused = await fetch(`${twin}/auth/v1/token`, { method: 'POST', headers: { origin } })

    expect(preflight.status).toBe(204)
    expect(preflight.headers.get('access-control-allow-headers')).toContain('apikey')
    expect(refused.status).toBe(400)
    for (const { headers } of [preflight, refused])
      expect(headers.get('access-control-allow-origin')).toBe('*')
  })
})
