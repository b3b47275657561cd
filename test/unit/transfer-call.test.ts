import { describe, expect, test } from 'vitest'
import { createTransferCall } from '../../src/calls/transfer/transfer-call.ts'
import type { TransferStore } from '../../src/calls/transfer/transfer-store.ts'
import { CarrierError } from '../../src/carriers/ports/carrier-error.ts'
import { memoryLog } from '../support/memory-log.ts'

const PERSON = '+16045559341'
type Begun = Awaited<ReturnType<TransferStore['begin']>>['result']

const away = () => new CarrierError('twilio', 'calls', 'unreachable', 'no answer')
/** What `it` is, or throws. */
async function heard<T>(it: T | Error): Promise<T> {
  if (it instanceof Error) throw it
  return it
}

describe('a caller whom an agent hands over', () => {
  /** What the agent is heard, and how often the carrier was asked to put the caller through. */
  async function asked(
    result: Begun,
    carrier: { hasLegs?: boolean | Error; redirects?: undefined | Error } = {},
  ) {
    let redirects = 0
    const transferCall = createTransferCall({
      transfers: {
        find: async () => ({ to: PERSON }),
        begin: async () => ({ result, call_sid: 'CA1' }),
        recordRefused: async () => ({ recorded: true }),
      },
      recordNotPutThrough: async () => ({}) as never,
      telephony: {
        hasLegs: () => heard(carrier.hasLegs ?? false),
        redirectCall() {
          redirects += 1
          return heard(carrier.redirects)
        },
      },
    })
    const request = { agentId: 'agent_1', callId: '5a0c1cb8-7b0e-4c62-9e0c-0c3b8c1f5a10' }
    return { heard: await transferCall(request, () => '<Response/>', memoryLog().log), redirects }
  }

  test('for the first time, is put through, and the agent says no more', async () => {
    expect(await asked('begun')).toEqual({ heard: 'transferring', redirects: 1 })
  })

  test('by a carrier that does not confirm it, has an agent that goes on talking, and asks again', async () => {
    expect(await asked('begun', { redirects: away() })).toEqual({
      heard: 'under_way',
      redirects: 1,
    })
  })

  test.each([
    ['rings nowhere yet', false, 'under_way'],
    ['rings', true, 'transferring'],
    ['rings nobody knows whether', away(), 'under_way'],
  ])(
    'and asked for again while another server is at it, whose call %s, is left to that one',
    async (_where, hasLegs, expected) => {
      expect(await asked('under_way', { hasLegs })).toEqual({ heard: expected, redirects: 0 })
    },
  )

  test('and asked for again after the other server must be done, is put through only where no phone has rung', async () => {
    expect(await asked('again', { hasLegs: true })).toEqual({ heard: 'transferring', redirects: 0 })
    expect(await asked('again', { hasLegs: false })).toEqual({
      heard: 'transferring',
      redirects: 1,
    })
  })

  test.each([
    ['answered', 'transferring'],
    ['refused', 'not_transferred'],
    ['nobody', 'not_transferred'],
  ] as const)('where that is %s, is put through to nobody again', async (result, expected) => {
    expect(await asked(result, { hasLegs: away() })).toEqual({ heard: expected, redirects: 0 })
  })
})
