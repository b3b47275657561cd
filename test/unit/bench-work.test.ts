import { describe, expect, test } from 'vitest'
import { outboundCall } from '../../bench/work/outbound-call.ts'

/** More calls than all systems of a run can ask for while a second one to the same customer is a repeat. */
const ASKED = 20_000

describe('what the bench asks for', () => {
  test('outbound calls, as many as fit into ten seconds, are of different customers or lines', () => {
    const lines = Array.from({ length: 20 }, (_, index) => ({
      organizationId: `organization ${index}`,
      name: `Bench Motors ${index}`,
      number: `+160450000${index}`,
    }))
    const work = outboundCall({
      lines,
      customers: 100,
      publicUrl: 'https://orgline.example',
      initSecret: '',
      authToken: '',
    })

    const bodies = Array.from({ length: ASKED }, (_, number) => work.ask(number).sent.body)

    expect(new Set(bodies).size).toBe(ASKED)
  })
})
