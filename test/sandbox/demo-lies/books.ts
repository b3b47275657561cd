import { type Lies, state } from './lies.ts'

const allNumbers = /\/admin\/phone-numbers$/
const restore = /\/restore$/

export const booksLies: Lies = [
  [
    'N numbers, each paid once: N for dealerships, N idle in the pool',
    'one was paid twice',
    { to: state, after: restore, change: ({ twilio }) => (twilio.spentBy.numbers += 1_000_000) },
  ],
  [
    'N numbers, each paid once: N for dealerships, N idle in the pool',
    'there is one more',
    {
      to: state,
      after: restore,
      change: ({ twilio }) => twilio.numbers.push({ phone_number: '+14155559999' }),
    },
  ],
  [
    'every number paid for is one we know: its owner’s, or idle',
    'one has no owner',
    {
      to: allNumbers,
      change: ({ phoneNumbers }) => (phoneNumbers.at(-1).organization_name = null),
    },
  ],
  [
    'every number paid for is one we know: its owner’s, or idle',
    'two are mixed up',
    {
      to: allNumbers,
      change: ({ phoneNumbers }) => {
        const [one, two] = phoneNumbers.slice(-2)
        ;[one.organization_name, two.organization_name] = [
          two.organization_name,
          one.organization_name,
        ]
      },
    },
  ],
  [
    'every number paid for is one we know: its owner’s, or idle',
    'one in the pool has an owner',
    {
      to: allNumbers,
      change: ({ phoneNumbers: [row] }) => (row.organization_name = 'Instant Motors'),
    },
  ],
  [
    'every number paid for is one we know: its owner’s, or idle',
    'one in the pool is not ready',
    { to: allNumbers, change: ({ phoneNumbers: [row] }) => (row.status = 'purchased') },
  ],
  [
    'every number paid for is one we know: its owner’s, or idle',
    'one is unknown to us',
    { to: allNumbers, change: ({ phoneNumbers }) => phoneNumbers.shift() },
  ],
]
