import type { Lies } from './lies.ts'

const endpoints = /\/webhook-endpoints$/
const deliveries = /\/deliveries$/
const events = /^\/events$/

export const eventsLies: Lies = [
  [
    'its secret is shown once, and not again',
    'it is shown again',
    {
      to: /\/webhook-endpoints(\/[^/]+)?$/,
      change: (answer) => (answer.secret = 'whsec_c2hvd24gYWdhaW4gYW5kIGFnYWlu'),
    },
  ],
  [
    'its secret is shown once, and not again',
    'it is never shown',
    { to: endpoints, change: (answer) => delete answer.secret },
  ],
  [
    'the CRM has verified one event with the library of Standard Webhooks: the text, word for word',
    'it has verified none',
    // Once it was waited for: the first time there is none yet, and the second time there is.
    {
      to: events,
      after: events,
      change: (answer, nth) => nth === 1 && answer.events.pop(),
    },
  ],
  [
    'the CRM has verified one event with the library of Standard Webhooks: the text, word for word',
    'it is told twice',
    { to: events, after: events, change: (answer) => answer.events.push(answer.events[0]) },
  ],
  [
    'the CRM has verified one event with the library of Standard Webhooks: the text, word for word',
    'its words are others',
    {
      to: events,
      after: events,
      change: (answer) => {
        for (const event of answer.events) event.data.body = 'Hello'
      },
    },
  ],
  [
    'and has heard nothing of the other',
    'it has, by another’s event',
    {
      to: events,
      after: events,
      change: (answer) => {
        for (const event of answer.events) event.organization_id = crypto.randomUUID()
      },
    },
  ],
  [
    'and has heard nothing of the other',
    'it has, in the event of its own',
    {
      to: events,
      after: events,
      change: (answer) => {
        for (const event of answer.events) event.data.summary = 'I will take the motorbike'
      },
    },
  ],
  [
    'the same, posted by somebody without the secret, is refused',
    'it is taken',
    { to: /^\/orgline$/, change: (answer) => (answer.taken = true) },
  ],
  [
    'its delivery is listed, with what the CRM answered',
    'it waits still',
    { to: deliveries, change: (answer) => (answer.deliveries[0].status = 'pending') },
  ],
  [
    'its delivery is listed, with what the CRM answered',
    'it is of another event',
    { to: deliveries, change: (answer) => (answer.deliveries[0].event_id = crypto.randomUUID()) },
  ],
  [
    'its delivery is listed, with what the CRM answered',
    'the answer was another',
    { to: deliveries, change: (answer) => (answer.deliveries[0].status_code = 500) },
  ],
  [
    'its delivery is listed, with what the CRM answered',
    'none is',
    { to: deliveries, change: (answer) => (answer.deliveries = []) },
  ],
]
