import { knows, type Lies, state } from './lies.ts'

const organization = /^\/api\/organizations\/[^/]+$/

export const customerLies: Lies = [
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
]
