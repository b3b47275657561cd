import { beforeAll, describe, expect, test } from 'vitest'
import { createNarrator } from '../../src/sandbox/demo/narrator.ts'
import { tellStory } from '../../src/sandbox/demo/story.ts'
import { type Lie, record, replay } from '../support/replay.ts'
import { startWorld } from '../support/world.ts'

const state = /^\/control\/state$/
const signUps = /^\/api\/auth\/organizations$/
const calls = /^\/control\/calls$/
const organization = /^\/api\/organizations\/[^/]+$/
const BUY = 'incomingPhoneNumbers.create'

/** Changes the variables of the nth call of the story. */
const knows = (nth: number, change: (variables: Record<string, string>) => void): Lie => ({
  to: calls,
  change: (answer, at) => at === nth && change(answer.variables),
})

/** For every claim of the story, with X for a dealer: answers in which what it says is not so. */
const lies: [claim: string, circumstance: string, lie: Lie][] = [
  [
    'X has a line in area code N, ready to use',
    'it is not ready',
    { to: signUps, change: ({ organization: o }) => (o.readyToUse = false) },
  ],
  [
    'X has a line in area code N, ready to use',
    'it is another area code',
    { to: signUps, change: ({ organization: o }) => (o.phoneNumber = '+17785552000') },
  ],
  [
    'X has a line in area code N, ready to use',
    'there is no number',
    { to: signUps, change: ({ organization: o }) => (o.phoneNumber = null) },
  ],
  [
    'Twilio has sold it, and ElevenLabs has an agent on it',
    'Twilio has not',
    { to: state, change: ({ twilio }) => (twilio.numbers = []) },
  ],
  [
    'Twilio has sold it, and ElevenLabs has an agent on it',
    'ElevenLabs has none',
    {
      to: state,
      change: ({ elevenlabs }) => {
        for (const row of elevenlabs.phoneNumbers) row.assigned_agent = null
      },
    },
  ],
  [
    'the agent says it is from X',
    'it names somebody else',
    { to: calls, change: (answer) => (answer.agentSaid = 'Hi, this is Jack from Elsewhere.') },
  ],
  ...['applied', 'kept', 'ignored'].map((result): [string, string, Lie] => [
    'the call’s record is with us; told again, it is known',
    `the second telling is ${result}`,
    {
      to: /^\/control\/post-call$/,
      change: (answer) => (answer.body = JSON.stringify({ result })),
    },
  ]),
  [
    'the call’s record is with us; told again, it is known',
    'the first was refused',
    { to: calls, change: (answer) => (answer.postCall.status = 500) },
  ],
  [
    'the text arrives at X, and nothing is texted back',
    'it is refused',
    { to: /^\/control\/sms$/, change: (answer) => (answer.status = 404) },
  ],
  [
    'the text arrives at X, and nothing is texted back',
    'something is',
    {
      to: /^\/control\/sms$/,
      change: (answer) => (answer.body = '<Response><Message>Hi</Message></Response>'),
    },
  ],
  [
    'X remembers “blue pickup” from the call and “brother Tom” from the text',
    'the text is forgotten',
    knows(2, (variables) => {
      variables.conversation_context = 'Customer: Is the blue pickup still there?'
    }),
  ],
  [
    'X remembers “blue pickup” from the call and “brother Tom” from the text',
    'the call has no summary',
    knows(2, (variables) => {
      variables.previous_summary = 'First conversation'
    }),
  ],
  [
    'X remembers “motorbikes” from the call and “year 2019” from the text',
    'the text is forgotten',
    knows(3, (variables) => {
      variables.conversation_context = ''
    }),
  ],
  [
    'and knows nothing of the other',
    'it knows a word of the other’s customer',
    knows(3, (variables) => {
      variables.conversation_context += ' brother Tom'
    }),
  ],
  [
    'and knows nothing of the other',
    'it knows the other’s name',
    knows(2, (variables) => {
      variables.previous_summary += ' Downtown Motors'
    }),
  ],
  [
    'X is there for its own people',
    'it is not',
    { to: organization, change: (answer) => delete answer.organization },
  ],
  [
    'to X, X does not exist',
    'it does',
    {
      to: organization,
      change: (answer, nth) => nth === 1 && Object.assign(answer, { status: 200, code: undefined }),
    },
  ],
  [
    'the customer’s phone rings once, with the dealership’s own number on it',
    'it is another number',
    {
      to: state,
      after: /outbound-call$/,
      change: ({ twilio }) => {
        for (const row of twilio.calls) row.from = '+16045550000'
      },
    },
  ],
  [
    'the customer’s phone rings once, with the dealership’s own number on it',
    'it rings twice',
    {
      to: state,
      after: /outbound-call$/,
      change: ({ twilio }) => (twilio.calls = [...twilio.calls, ...twilio.calls]),
    },
  ],
  [
    'what was said then is known now',
    'it is forgotten',
    knows(4, (variables) => {
      variables.previous_summary = 'Is the blue pickup still there?'
    }),
  ],
  [
    'and the customer’s name',
    'it is forgotten',
    knows(4, (variables) => {
      variables.customer_name = 'Unknown'
    }),
  ],
  [
    'at X, the same caller’s name is still unknown',
    'it is known',
    knows(5, (variables) => {
      variables.customer_name = 'Sarah Johnson'
    }),
  ],
  [
    'at X, the same caller’s name is still unknown',
    'what was said to the other is known',
    knows(5, (variables) => {
      variables.conversation_context += ' Thursday at five'
    }),
  ],
  [
    'Twilio’s answer never arrived',
    'it did',
    {
      to: state,
      change: ({ twilio }) => {
        for (const row of twilio.requests) row.status ??= 201
      },
    },
  ],
  [
    'the purchase was sent once',
    'it was sent twice',
    {
      to: state,
      change: ({ twilio, requests }) => twilio.numbers.length === 3 && requests.twilio[BUY]++,
    },
  ],
  [
    'one number was bought, and found again by its tag',
    'it has no tag',
    {
      to: state,
      change: ({ twilio }) => {
        for (const row of twilio.numbers) row.friendly_name = row.phone_number
      },
    },
  ],
  [
    'one number was bought, and found again by its tag',
    'two were bought',
    {
      to: state,
      change: ({ twilio }) =>
        twilio.numbers.length === 3 &&
        twilio.numbers.push({ ...twilio.numbers[2], phone_number: '+14155559999' }),
    },
  ],
  [
    'the number is bought, and waits for its import',
    'it does not wait',
    {
      to: signUps,
      change: ({ organization: o }, nth) => {
        if (nth === 3) o.requiresElevenLabsImport = false
      },
    },
  ],
  [
    'the number is bought, and waits for its import',
    'it was not bought',
    {
      to: state,
      change: ({ twilio }) => twilio.numbers.length === 4 && twilio.numbers.pop(),
    },
  ],
  [
    'an operator is told what to do',
    'nobody is told',
    { to: /notifications$/, change: (answer) => (answer.notifications = []) },
  ],
  [
    'an operator is told what to do',
    'it is about another number',
    {
      to: /notifications$/,
      change: ({ notifications: [row] }) => {
        row.message = row.message.replaceAll('+1212', '+1604')
      },
    },
  ],
  [
    'the import has taken the texts away, to ElevenLabs',
    'the texts go nowhere',
    {
      to: state,
      after: /\/convai\/phone-numbers$/,
      change: ({ twilio }) => {
        for (const row of twilio.numbers) row.sms_url = ''
      },
    },
  ],
  [
    'the activation has brought them back',
    'they are still away',
    {
      to: state,
      after: /\/activate$/,
      change: ({ twilio }) => {
        for (const row of twilio.numbers) row.sms_url = 'http://127.0.0.1:1/elevenlabs/sms'
      },
    },
  ],
  [
    'N numbers for N dealerships, each paid once',
    'one was paid twice',
    { to: state, change: ({ twilio }) => (twilio.spent += 1_000_000) },
  ],
  [
    'every number paid for is one we know, with its owner',
    'one has none',
    {
      to: /\/admin\/phone-numbers$/,
      change: ({ phoneNumbers: [row] }) => (row.organization_name = null),
    },
  ],
  [
    'every number paid for is one we know, with its owner',
    'two are mixed up',
    {
      to: /\/admin\/phone-numbers$/,
      change: ({ phoneNumbers: [one, two] }) => {
        ;[one.organization_name, two.organization_name] = [
          two.organization_name,
          one.organization_name,
        ]
      },
    },
  ],
]

/** Without the names and counts, so that what is claimed of several dealers is one claim. */
const kindOf = (claim: string) =>
  claim
    .replace(/Premium Auto Sales|Downtown Motors|Lucky Motors|Handmade Motors/g, 'X')
    .replace(/\b(604|212|415|4)\b/g, 'N')

describe('the story of the demo', () => {
  let recording: Awaited<ReturnType<typeof record>>
  let tell: (said?: string[]) => Promise<void>
  beforeAll(async () => {
    const world = await startWorld()
    tell = (said = []) =>
      tellStory({
        api: world.origin,
        world: world.twins.origin,
        narrator: createNarrator((line) => void said.push(line)),
      })
    recording = await record(() => tell())
    await world.stop()
  })

  test.each(lies)('at the claim "%s", where %s, ends', async (claim, _circumstance, lie) => {
    const error = await replay(recording, () => tell(), lie).then(
      () => new Error('the story went on to its end'),
      (thrown: Error) => thrown,
    )

    expect(kindOf(error.message)).toBe(`The demo claims what is not so: ${claim}`)
  })

  test('told as it was, makes no claim that has not been put to this test', async () => {
    const said: string[] = []

    await replay(recording, () => tell(said))

    const claims = said.filter((line) => line.includes('✓')).map((line) => line.split('✓')[1] ?? '')
    // biome-ignore lint/suspicious/noControlCharactersInRegex: the colours of a terminal
    const kinds = claims.map((claim) => kindOf(claim.replace(/\x1b\[\d+m/g, '').trim()))
    expect(new Set(kinds)).toEqual(new Set(lies.map(([claim]) => claim)))
  })
})
