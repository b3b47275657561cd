import { expect, test } from 'vitest'
import { createApology } from '../../src/webhooks/apology.ts'
import { OnwardQuery, readOnward } from '../../src/webhooks/onward.ts'

const { apologize, askForMessage, forward } = createApology('https://example.com/orgline', 30)

test('a caller who is put through by the routing, takes along what comes next, and that alone comes back', () => {
  const onward = { steps: ['agent', 'voicemail'] as const, isClosed: true, isAttested: true }

  const twiml = forward({
    result: 'forward',
    organizationName: 'Premium Auto Sales',
    to: '+16045559820',
    ringSeconds: 40,
    onward: { ...onward, steps: [...onward.steps] },
  })

  const [, address = ''] = / action="([^"]+)"/.exec(twiml) ?? []
  const url = new URL(address.replaceAll('&amp;', '&'))
  expect(url.pathname).toBe('/orgline/api/webhooks/call/forwarded')
  const query = Object.fromEntries(url.searchParams)
  expect(readOnward(OnwardQuery.parse(query))).toEqual(onward)
  expect(readOnward(OnwardQuery.parse({ next: 'forward,nobody' }))).toEqual({
    steps: [],
    isClosed: false,
    isAttested: false,
  })
})

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
