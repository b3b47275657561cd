/** What setting this deployment up at the voice-agent platform would do now. */
export interface SetupPlan {
  /** Each change, in words. */
  changes: string[]
  /** What is left to a person. */
  left: string[]
  /** It makes a webhook, whose secret is shown once. */
  makesWebhook: boolean
  /** Why it would change nothing: agents have webhooks of somebody else; a line for each. */
  taken: string[]
}

/** Reads all that decides it, and changes nothing. @throws CarrierError */
export type PlanSetup = () => Promise<SetupPlan>
