import { type Deployment, deploymentOf, type World } from './world.ts'

/** Has the operators of each deployment listen to everything, where anybody listens. */
export async function listenToAll(world: World): Promise<void> {
  for (const [index, { database }] of world.deployments.entries()) {
    await listen(world, deploymentOf(world, index), '/api/admin', database)
  }
}

/** Has one organization listen to what happens to it. */
export async function listenToOwn(
  world: World,
  deployment: Deployment,
  organizationId: string,
): Promise<void> {
  const path = `/api/organizations/${organizationId}`
  await listen(world, deployment, path, organizationId)
}

/** A lost answer may leave two endpoints at one address: each is to be told. */
async function listen(
  { listener }: World,
  { client }: Deployment,
  path: string,
  name: string,
): Promise<void> {
  if (!listener) return
  const url = listener.urlOf(name)
  const made = await client.send('POST', `${path}/webhook-endpoints`, { url })
  if (made?.status === 201) listener.isKnown(url)
}
