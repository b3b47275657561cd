/**
 * How long loops and steps wait, in milliseconds. They fit each other and the carriers, and no deployment
 * has a reason to change one, so they are no settings. Where minutes are to pass in moments, as in the
 * sandbox, `parseConfig` is given others.
 */
export const timings = {
  /** Between two looks for orders that are due, and for numbers to be synced. */
  ordersIntervalMs: 2_000,
  /** The first pause after a failed attempt; it doubles with each one, up to the longest. */
  orderBackoffMs: 1_000,
  orderBackoffMaxMs: 300_000,
  /** How often a waiting request looks how far its order or its batch is. */
  orderPollMs: 200,
  /** Between the two searches that a purchase without an answer is given up after. */
  orderRecheckIntervalMs: 60_000,
  /** The pause of all orders after a carrier refused the account or its credentials. */
  accountPauseMs: 60_000,
  /** Numbers whose quarantine is over, erasures at carriers, and agents to be changed or removed. */
  releaseIntervalMs: 60_000,
  inactiveIntervalMs: 86_400_000,
  poolIntervalMs: 3_600_000,
  usageIntervalMs: 900_000,
  alertsIntervalMs: 10_000,
  mailsIntervalMs: 5_000,
  /** Before mail that was not taken is sent again: at first, and at the longest. */
  mailBackoffMs: 60_000,
  mailBackoffMaxMs: 3_600_000,
  /** For each answer of the server of mail; well below the time a stopping server has. */
  mailWaitMs: 5_000,
  /** Between two looks for events to be told, and how long one waits for what is slow. */
  eventsIntervalMs: 1_000,
  /** Between two looks for texts that agents are to answer, and how long one waits for what is slow. */
  repliesIntervalMs: 1_000,
  /** Before an agent that did not answer is asked again; double that before the third time, and before a text in doubt is looked at. */
  replyAgainMs: 15_000,
  /** Between two looks for calls and texts that no webhook told of, and for numbers to be registered. */
  callsIntervalMs: 5_000,
  /** Between two searches of the voice platform's list. */
  callsScanIntervalMs: 300_000,
  /** After its beginning, when a call whose end was not reported is looked up. */
  callOverdueMs: 900_000,
  callPollMs: 10_000,
  /** Polls without a finding, not milliseconds. */
  callMaxPolls: 12,
  /** Between two searches of the telephone company's lists for what no webhook told of. */
  catchUpIntervalMs: 60_000,
  /** How old that must be, because its webhook may be on its way. */
  catchUpMinAgeMs: 120_000,
  /** All of stopping; whoever runs a server kills it some time after. */
  shutdownMs: 10_000,
  /** Before a read that the voice platform did not answer is repeated; before the second repeat it is double. */
  readAgainMs: 200,
}

export type Timings = Record<keyof typeof timings, number>
