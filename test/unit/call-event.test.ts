import { expect, test } from 'vitest'
import { toCallEvent } from '../../src/calls/reports/call-event.ts'
import { readPostCallEvent } from '../../src/carriers/elevenlabs/conversations/post-call.ts'
import { aConversation } from '../support/post-call.ts'

test('an event, of however many turns, is as long as that of its last ones', () => {
  const conversation_id = 'conv_of_many_turns'
  const turn = { role: 'user', message: 'All the words of a long call. '.repeat(136) }
  const now = new Date()
  const lengthWith = (turns: number) => {
    const phone = { call_sid: 'CA_of_many_turns' }
    const posted = aConversation({ conversation_id, phone, transcript: Array(turns).fill(turn) })
    const report = readPostCallEvent(posted, now)
    return JSON.stringify(report && toCallEvent(report)).length
  }

  expect(lengthWith(5_000)).toBe(lengthWith(10))
})
