import { BUY } from '../../../sandbox/demo/stage.ts'
import { type Lies, signUps, state } from './lies.ts'

export const mishapsLies: Lies = [
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
]
