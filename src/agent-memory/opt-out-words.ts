/** Source: Twilio, "SMS STOP filtering". */
const OPT_OUT_WORDS = new Set('stop stopall unsubscribe cancel end quit revoke optout'.split(' '))

/**
 * Whether a text is nothing but a word by which customers refuse texts. Sent to a customer, it says something that no agent
 * and no template may say.
 */
export function isOptOutWord(text: string): boolean {
  return OPT_OUT_WORDS.has(text.replace(/[^\p{L}\p{N}]/gu, '').toLowerCase())
}
