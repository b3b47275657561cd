/**
 * The product's own deadlines, so long that a busy machine keeps them: what is late by these never comes.
 * A test that is about lateness has a short one of its own, and what it waits for never answers.
 */
export const PATIENT = {
  SIGNUP_WAIT_MS: '60000',
  // A hundred numbers may take minutes.
  BATCH_WAIT_MS: '300000',
  PRECALL_DEADLINE_MS: '60000',
  // The longest that it may be.
  VOICE_DEADLINE_MS: '14000',
  DATABASE_TIMEOUT_MS: '60000',
}
