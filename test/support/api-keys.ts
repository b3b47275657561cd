import { ADMIN, request } from './requests.ts'
import type { World } from './world.ts'

/** A new key of an organization, made by an operator unless a token is given. */
export async function aKey(
  world: World,
  organizationId: string,
  scopes: string[],
  token = ADMIN,
): Promise<{ id: string; key: string }> {
  const path = `/api/organizations/${organizationId}/api-keys`
  const { body } = await request(world.origin, 'POST', path, {
    token,
    body: { name: 'CRM', scopes },
  })
  return { id: body.apiKey.id, key: body.key }
}
