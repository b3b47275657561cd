import { countOf } from '../../core/words.js'

/** What a month's usage consists of. @param {any} usage */
export function rowsOf({ numbers, messages, calls, text_replies: replies }) {
  return [
    {
      what: 'Numbers',
      amount: countOf(numbers.held, 'number'),
      cost: numbers.cost,
      estimated: numbers.estimated,
    },
    {
      what: 'Texts',
      amount: `${messages.in.toLocaleString()} in, ${messages.out.toLocaleString()} out; ${countOf(messages.segments, 'segment')}`,
      cost: messages.cost,
      estimated: messages.estimated,
    },
    {
      what: 'Calls',
      amount: `${calls.in.toLocaleString()} in, ${calls.out.toLocaleString()} out; ${countOf(calls.minutes, 'minute')}`,
      cost: calls.cost,
      estimated: calls.estimated,
    },
    {
      what: 'Agents on calls',
      amount: countOf(calls.in + calls.out, 'call'),
      cost: calls.agent_cost,
      estimated: calls.estimated,
    },
    {
      what: 'Agents on texts',
      amount: countOf(replies.conversations, 'conversation'),
      cost: replies.cost,
      estimated: replies.estimated,
    },
  ]
}
