import { type Deployment, deploymentOf, type World } from './world.ts'

/** Has the operators of each deployment listen to everything, where anybody listens. */
export async function listenToAll(world: World): Promise<void> {
  for (const [index, { database }] of world.deployments.entries()) {
    const deployment = deploymentOf(world, index)
    await listen(world, deployment, '/api/admin', database)
    follow(world, deployment, null)
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
  follow(world, deployment, organizationId)
}

/** Has somebody read the stream of one organization, or of all (null). */
function follow(world: World, deployment: Deployment, organizationId: string | null): void {
  const origins = deployment.servers.map(({ origin }) => origin)
  const reader = { deployment: world.deployments.indexOf(deployment), organizationId }
  world.followers?.follow(reader, origins)
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
