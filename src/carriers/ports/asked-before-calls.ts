/**
 * Whom the voice-agent platform asks before an inbound call to an agent, as it is set there now.
 * - us: this deployment, with its secret
 * - refused: this deployment, without a secret that it takes
 * - other: somebody else
 * - nobody: it asks nobody
 *
 * `what` says it in words, as the end of a sentence about the platform. `unreported` asks further, and says
 * in the same way why this deployment does not hear of the agent's finished calls; undefined where it does.
 */
interface Asked {
  who: 'us' | 'refused' | 'other' | 'nobody'
  what: string
  /** @throws CarrierError where the platform cannot tell */
  unreported: () => Promise<string | undefined>
}

/** @throws CarrierError where the platform cannot tell */
export type AskedBeforeCalls = (agentId: string) => Promise<Asked>
