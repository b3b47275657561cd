import { expect, test } from 'vitest'
import { createApology } from '../../src/webhooks/apology.ts'

const { apologize, askForMessage } = createApology('https://example.com/orgline', 30)

test('an apology that takes a message, of a server below a path, has Twilio come back below it', () => {
  const voicemail = 'https://example.com/orgline/api/webhooks/call/voicemail'

  const twiml = askForMessage('Premium Auto Sales')

  expect(twiml).toContain(` action="${voicemail}"`)
  expect(twiml).toContain(` recordingStatusCallback="${voicemail}#rc=2&amp;rp=5xx,rt,ct"`)
})

test('an apology that puts through, of a server below a path, has Twilio come back below it', () => {
  const twiml = apologize({
    result: 'apology',
    organizationName: null,
    forwardTo: '+16045559820',
  })

  expect(twiml).toContain(' action="https://example.com/orgline/api/webhooks/call/forwarded"')
})
