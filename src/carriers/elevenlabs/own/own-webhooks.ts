import { withoutQuery } from '../../webhook-url.ts'

/** What a deployment's webhooks at ElevenLabs are known by. */
export interface OwnWebhooks {
  /** Its id, which stands in the query of their URLs. */
  deployment: string
  /** PUBLIC_URL; in a move also the one before. */
  addresses: [current: string, ...before: string[]]
  /** Those that are accepted in the header of a question, the one to be sent first. */
  initSecrets: [current: string, ...before: string[]]
}

/**
 * - ours: this deployment's, here or, in a move, at the address before; also one that says no id, as set-ups made it once
 * - moved: this deployment's by its id, at an address that it does not know: its own, or that of its original
 * - other: anybody else's
 */
export type Whose = 'ours' | 'moved' | 'other'

const PATHS = {
  preCall: '/api/webhooks/elevenlabs/conversation-initiation',
  postCall: '/api/webhooks/elevenlabs/post-call',
}
export const SECRET_HEADER = 'X-Orgline-Secret'

/** The URL that a webhook of this deployment is to have. */
export function urlOf(kind: keyof typeof PATHS, { deployment, addresses }: OwnWebhooks): string {
  return `${addresses[0]}${PATHS[kind]}?deployment=${deployment}`
}

/** Whose webhook a URL is. An address alone says nothing of one that names a deployment. */
export function whoseUrl(url: string, kind: keyof typeof PATHS, own: OwnWebhooks): Whose {
  const named = deploymentIn(url)
  const isHere = own.addresses.some((address) => withoutQuery(url) === address + PATHS[kind])
  if (named === null) return isHere ? 'ours' : 'other'
  if (named !== own.deployment) return 'other'
  return isHere ? 'ours' : 'moved'
}

/** Whether a webhook of this deployment is at its present address. */
export function isAtPresent(url: string, { addresses: [current] }: OwnWebhooks): boolean {
  return url.startsWith(`${current}/`)
}

/** The deployment that a URL names. */
export function deploymentIn(url: string): string | null {
  return URL.canParse(url) ? new URL(url).searchParams.get('deployment') : null
}

/** The webhook that is asked before a call, with the header that proves the question. */
export function preCallWebhook(own: OwnWebhooks) {
  return {
    url: urlOf('preCall', own),
    request_headers: { [SECRET_HEADER]: own.initSecrets[0] },
  }
}

/** Whether a question with these headers is let in; of a secret that is stored there nobody can say. */
export function isProven(headers: Record<string, unknown>, { initSecrets }: OwnWebhooks): boolean {
  const entry = Object.entries(headers).find(
    ([name]) => name.toLowerCase() === SECRET_HEADER.toLowerCase(),
  )
  return entry !== undefined && (typeof entry[1] !== 'string' || initSecrets.includes(entry[1]))
}
