import { describe, expect, test } from 'vitest'
import { isTwiml } from '../../src/telephony/twiml-document.ts'

const stream =
  '<Connect><Stream url="wss://api.us.elevenlabs.io/stream"><Parameter name="conversation_id" value="conv_1" /></Stream></Connect>'

describe('isTwiml', () => {
  test.each([
    `<?xml version="1.0" encoding="UTF-8"?><Response>${stream}</Response>`,
    `<Response>${stream}</Response>`,
    `\uFEFF <?xml version='1.0'?>\n<Response>\n  ${stream}\n</Response>\n`,
    '<Response><!-- to the agent --><Say voice="alice">Tom &amp; J&#233;r&#xf4;me</Say></Response>',
    `<Response><Say>${'x'.repeat(60_000)}</Say></Response>`,
  ])('a document that Twilio can follow, %#, is one', (text) => {
    expect(isTwiml(text)).toBe(true)
  })

  test.each([
    ['nothing', ''],
    ['words', 'Internal Server Error'],
    ['JSON', '{"detail": "no"}'],
    ['JSON with a document in it', JSON.stringify(`<Response>${stream}</Response>`)],
    ['a web page', '<!DOCTYPE html><html><body>Response</body></html>'],
    ['another root', `<html>${stream}</html>`],
    ['no verb', '<Response></Response>'],
    ['an empty element', '<Response/>'],
    ['only a comment', '<Response><!-- nothing --></Response>'],
    ['an end cut off', '<?xml version="1.0"?><Response><Connect><Stream url="wss://a"/>'],
    ['a start cut off', 'esponse><Say>Hi</Say></Response>'],
    ['elements crossed', '<Response><Say>Hi</Response></Say>'],
    ['an attribute without quotes', '<Response><Dial timeout=5>1</Dial></Response>'],
    ['a bare ampersand', '<Response><Say>Tom & Jerry</Say></Response>'],
    ['something after the end', '<Response><Say>Hi</Say></Response><p>Proxy</p>'],
    ['words after the end', '<Response><Say>Hi</Say></Response> Proxy'],
    ['two roots', '<Response><Say>Hi</Say></Response><Response><Say>Hi</Say></Response>'],
    ['more than Twilio takes', `<Response><Say>${'é'.repeat(40_000)}</Say></Response>`],
    ['tags without end', '<Response>'.repeat(6_000)],
  ])('an answer, %s, is none', (_name, text) => {
    expect(isTwiml(text)).toBe(false)
  })
})
