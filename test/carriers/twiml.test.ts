import { describe, expect, test } from 'vitest'
import {
  emptyTwiml,
  hangUp,
  putThrough,
  sayAndHangUp,
  sayToAnswerer,
  takeMessage,
} from '../../src/carriers/twilio/twiml.ts'
import { isTwiml } from '../../src/telephony/twiml-document.ts'

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

  test('that puts a caller through: says so, rings, and asks what then', () => {
    expect(
      putThrough('One moment.', '+16045559820', { action: '/then?a=1&b="2"', minutes: 30 }),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say>One moment.</Say>' +
        '<Dial timeout="25" timeLimit="1800" action="/then?a=1&amp;b=&quot;2&quot;">+16045559820</Dial></Response>',
    )
  })

  test('that puts a caller through for as long as is wanted: rings so long', () => {
    const how = { action: '/next', minutes: 1, ringSeconds: 40 }

    expect(putThrough('One moment.', '+16045559820', how)).toContain(
      '<Dial timeout="40" timeLimit="60"',
    )
  })

  test('that puts a caller through with a word first: has it asked for what is said to who answers', () => {
    const how = { action: '/then', whisper: '/whose?call=CA1&a="2"', minutes: 30 }

    expect(putThrough('One moment.', '+16045559820', how)).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say>One moment.</Say>' +
        '<Dial timeout="25" timeLimit="1800" action="/then">' +
        '<Number url="/whose?call=CA1&amp;a=&quot;2&quot;">+16045559820</Number></Dial></Response>',
    )
  })

  test('that takes a message: says so, records, and says what follows silence', () => {
    expect(
      takeMessage('Please speak.', { action: '/left', whenReady: '/ready#a=1&b' }, 'Goodbye.'),
    ).toBe(
      '<?xml version="1.0" encoding="UTF-8"?><Response><Say>Please speak.</Say>' +
        '<Record maxLength="180" action="/left" recordingStatusCallback="/ready#a=1&amp;b"/>' +
        '<Say>Goodbye.</Say><Hangup/></Response>',
    )
  })

  test.each([
    'Tom & Jerry',
    '</Say><Dial>1</Dial>',
    'a\u0000b\u000Bc\uFFFE',
    '\uD83D half',
    '“😀” ]]>',
  ])('with the name %j: stays a document', (name) => {
    for (const twiml of [
      sayAndHangUp(name),
      putThrough(name, name, { action: name, minutes: 1 }),
      putThrough(name, name, { action: name, whisper: name, minutes: 1 }),
      sayToAnswerer(name),
      takeMessage(name, { action: name, whenReady: name }, name),
      hangUp,
    ]) {
      expect(isTwiml(twiml)).toBe(true)
    }
  })
})
