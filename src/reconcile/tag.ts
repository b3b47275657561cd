/** Whose a number at Twilio is, by its friendlyName: `orgline:<deployment>:<order>` marks ours. */
export type Owner = { kind: 'ours'; orderId: string } | { kind: 'other' } | { kind: 'untagged' }

export function ownerOf(friendlyName: string, deployment: string): Owner {
  const [, ofDeployment, orderId] =
    /^orgline:([0-9a-f]{8}):([0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12})$/.exec(friendlyName) ?? []
  if (orderId === undefined) return { kind: 'untagged' }
  return ofDeployment === deployment ? { kind: 'ours', orderId } : { kind: 'other' }
}
