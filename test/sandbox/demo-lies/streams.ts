import type { Lies } from './lies.ts'

const read = /^\/read$/

export const streamsLies: Lies = [
  [
    'the stream is open',
    'it is refused',
    { to: /^\/follow$/, change: (answer) => (answer.status = 429) },
  ],
  [
    'the CRM has read the text on the stream, word for word',
    'it has read none',
    { to: read, change: (answer) => answer.events.pop() },
  ],
  [
    'the CRM has read the text on the stream, word for word',
    'its words are others',
    { to: read, change: (answer) => (answer.events[0].data.body = 'Hello') },
  ],
  [
    'and nothing of the other dealership',
    'it has, by another’s event',
    { to: read, change: (answer) => (answer.events[0].organization_id = crypto.randomUUID()) },
  ],
  [
    'and nothing of the other dealership',
    'it has, in the event of its own',
    {
      to: read,
      change: (answer) => (answer.events[0].data.summary = 'I will bring my own helmet'),
    },
  ],
  [
    'what came while the CRM was away comes once it is back, and nothing comes twice',
    'it is lost',
    { to: read, change: (answer, nth) => nth === 1 && answer.events.pop() },
  ],
  [
    'what came while the CRM was away comes once it is back, and nothing comes twice',
    'what came before comes again',
    { to: read, change: (answer, nth) => nth === 1 && answer.events.push(answer.events[0]) },
  ],
  [
    'what came while the CRM was away comes once it is back, and nothing comes twice',
    'the same is in the place of what came',
    {
      to: read,
      change(answer, nth) {
        if (nth === 1) answer.events[1].id = answer.events[0].id
      },
    },
  ],
]
