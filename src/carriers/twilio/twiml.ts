const XML = '<?xml version="1.0" encoding="UTF-8"?>'

/** The answer that makes Twilio do nothing more: no reply to a text. */
export const emptyTwiml = `${XML}<Response/>`

/** Says one sentence to the caller and hangs up. Needs nothing that could fail. */
export function sayAndHangUp(sentence: string): string {
  return `${XML}<Response><Say>${escapeXml(sentence)}</Say><Hangup/></Response>`
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')
}
