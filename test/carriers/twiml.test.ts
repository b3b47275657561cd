import { describe, expect, test } from 'vitest'
import { emptyTwiml, sayAndHangUp } from '../../src/carriers/twilio/twiml.ts'

describe('TwiML', () => {
  test('that is empty: does nothing', () => {
    expect(emptyTwiml).toBe('<?xml version="1.0" encoding="UTF-8"?><Response/>')
  })

  test('that says a sentence: says it as it is, and hangs up', () => {
    const twiml = sayAndHangUp('Tom & Jerry <b>“cars”</b> ]]> are closed.')

    expect(twiml).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response>' +
        '<Say>Tom &amp; Jerry &lt;b&gt;“cars”&lt;/b&gt; ]]&gt; are closed.</Say><Hangup/></Response>',
    )
  })
})
