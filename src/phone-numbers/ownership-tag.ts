/** Whose a number at Twilio is, by its friendlyName: `orgline:<deployment>:<order>` marks ours. */
export type Owner = { kind: 'ours'; orderId: string } | { kind: 'other' } | { kind: 'untagged' }

const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/

export function ownerOf(friendlyName: string, deployment: string): Owner {
  const [, tagged, orderId = ''] = /^orgline:([^:]+):(.*)$/.exec(friendlyName) ?? []
  if (tagged === undefined) return { kind: 'untagged' }
  if (tagged !== deployment) return { kind: 'other' }
  return UUID.test(orderId) ? { kind: 'ours', orderId } : { kind: 'untagged' }
}
