import { expect } from 'vitest'
import { aCall } from './calls.ts'
import { type Act, pick } from './step.ts'
import type { KnownCall, World } from './world.ts'

/** The end of a call that was announced, or told before, is told; once more, too. */
export function callEnds(n: number): Act {
  return {
    label: `end of call ${n}`,
    async run(world) {
      const call = world.calls.at(-1 - (n % Math.max(world.calls.length, 1)))
      return call ? reportEnd(world, call) : () => {}
    },
  }
}

/** The end of a call that nobody announced, which took place at an earlier moment, is told now. */
export function strangeCallEnds(n: number, ago: number): Act {
  return {
    label: `end of an unannounced call to ${n}, ${ago} moments ago`,
    async run(world) {
      const moment = world.moments.at(-1 - (ago % Math.min(world.moments.length, 10)))
      const numbers = world.now.numbers.map(({ phone_number }) => phone_number)
      const ourNumber = pick(n % 3 ? [...(moment?.holders.keys() ?? [])] : numbers, n)
      if (!moment || !ourNumber) return () => {}
      const owner = moment.holders.get(ourNumber) ?? null
      const call = { ...aCall(world, 'inbound', ourNumber), moment, owner }
      world.calls.push(call)
      return reportEnd(world, call)
    },
  }
}

async function reportEnd(world: World, call: KnownCall) {
  const { conversationId, moment } = call
  const key = `${conversationId}:ended`
  const startedAt = new Date(moment.at.getTime() - (world.elapsed - moment.elapsed) * 1_000)
  startedAt.setMilliseconds(0)
  const wasApplied = world.applied.has(key)
  const { result, organization_id } = await world.call('record_call_event', {
    eventKey: key,
    event: {
      outcome: 'ended',
      call_id: call.callId,
      conversation_id: conversationId,
      provider_call_id: call.providerCallId,
      agent_id: 'agent_ours',
      of_default: true,
      direction: call.direction,
      our_number: call.ourNumber,
      customer_number: call.customer,
      customer: call.customer,
      started_at: startedAt.toISOString(),
      earliest_start: startedAt.toISOString(),
      duration_seconds: 60,
      cost: 1,
      summary: `of ${conversationId}`,
      exchanges: [],
      failure_reason: null,
    },
  })
  if (result === 'applied') world.applied.set(key, (world.applied.get(key) ?? 0) + 1)
  return ({ after }: Parameters<Awaited<ReturnType<Act['run']>>>[0]) => {
    expect(world.applied.get(key) ?? 0, `times that ${key} had its effect`).toBeLessThanOrEqual(1)
    if (call.owner === null) return expect(result, 'of a call that was nobody’s').toBe('deferred')
    if (wasApplied) expect(result).toBe('duplicate')
    expect(['applied', 'duplicate']).toContain(result)
    const row = after.calls.find((each) => each.conversation_id === conversationId)
    expect(row).toMatchObject({
      organization_id,
      status: 'completed',
      summary: `of ${conversationId}`,
    })
    if (call.owner) {
      expect(organization_id, `whose call to ${call.ourNumber} it was`).toBe(
        call.owner.organizationId,
      )
      expect(row?.organization_phone_number_id).toBe(call.owner.holdingId)
    }
  }
}

/** The kept events are tried again: those of nobody's calls stay nobody's. */
export const retryDeferred: Act = {
  label: 'retry kept events',
  async run(world) {
    const { result } = await world.call('retry_deferred_event', {})
    return () => expect(result, 'what became of an event of nobody’s call').not.toBe('applied')
  },
}
