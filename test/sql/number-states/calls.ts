import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { OPERATOR } from '../../support/actors.ts'
import { unguarded } from '../../support/outbound.ts'
import { aNumber, mayHaveHeld } from './holders.ts'
import {
  type HoldingRow,
  holdingOf,
  liveNumber,
  type NumberRow,
  organizationOf,
  type Snapshot,
} from './snapshot.ts'
import { attempt } from './sql-calls.ts'
import { type Act, pick } from './step.ts'
import type { KnownCall, World } from './world.ts'

/** A customer calls a number: the pre-call webhook. */
export function callIn(n: number): Act {
  return {
    label: `call to ${n}`,
    async run(world) {
      const phoneNumber = aNumber(world, n)
      const call = aCall(world, 'inbound', phoneNumber)
      const { organization } = await world.call('begin_inbound_call', {
        providerCallId: call.providerCallId,
        conversationId: call.conversationId,
        agentId: 'agent_ours',
        from: call.customer,
        to: phoneNumber,
        customer: call.customer,
        requestId: call.conversationId,
        pollMs: 600_000,
      })
      if (organization) world.calls.push(call)
      return (step) => {
        const { before, after, alone } = step
        const holder = holdingOf(before, liveNumber(before, phoneNumber))
        if (alone) expect(organization?.id).toBe(answering(before, phoneNumber, holder))
        if (!organization) return
        expect(mayHaveHeld(step, phoneNumber)).toContain(organization.id)
        const statuses = [before, after].map(
          ({ organizations }) => organizations.find(({ id }) => id === organization.id)?.status,
        )
        expect(statuses, 'of an organization that is called').toContain('active')
        const row = after.calls.find((each) => each.conversation_id === call.conversationId)
        expect(row?.organization_id).toBe(organization.id)
      }
    },
  }
}

function answering(seen: Snapshot, phoneNumber: string, holder: HoldingRow | undefined) {
  const isReady = liveNumber(seen, phoneNumber)?.status === 'assigned' && holder?.is_active
  if (!holder || !isReady) return undefined
  const { id, status } = organizationOf(seen, holder.organization_id)
  return status === 'active' ? id : undefined
}

/** An organization calls a customer. */
export function callOut(n: number): Act {
  return {
    label: `call from ${n}`,
    async run(world) {
      const id = pick(world.now.organizations, n)?.id ?? ''
      const call = { ...aCall(world, 'outbound', ''), callId: randomUUID() }
      const { reply } = await attempt(
        world.call('begin_outbound_call', {
          id: call.callId,
          actor: OPERATOR,
          organizationId: id,
          to: call.customer,
          from: null,
          agentId: null,
          imported: false,
          insists: true,
          leadId: null,
          customerName: null,
          fallback: null,
          defaultAgentId: 'agent_ours',
          requestId: call.callId,
          pollMs: 600_000,
          guard: unguarded,
        }),
      )
      const from: string = reply?.call.from_number ?? ''
      if (reply) world.calls.push({ ...call, ourNumber: from })
      return (step) => {
        if (reply) expect(mayHaveHeld(step, from), `who may call from ${from}`).toContain(id)
        if (!step.alone) return
        const { before } = step
        const own = before.numbers.filter(
          ({ phone_number: number }) =>
            answering(before, number, holdingOf(before, liveNumber(before, number))) === id,
        )
        // ElevenLabs dials, so it must know the number that is called from.
        const known = own.filter(isKnownToElevenLabs)
        if (reply) expect(known.map((each) => each.phone_number)).toContain(from)
        if (known.length === own.length) expect(reply !== null, 'it may call').toBe(own.length > 0)
      }
    },
  }
}

/** Whether ElevenLabs has the number's import and can use it, as far as is known here. */
function isKnownToElevenLabs({ elevenlabs_phone_id, import_state }: NumberRow): boolean {
  return elevenlabs_phone_id !== null && !['early', 'refused', 'gone'].includes(import_state ?? '')
}

/** A call that begins now, of a customer who never called before. */
export function aCall(
  world: World,
  direction: KnownCall['direction'],
  ourNumber: string,
): KnownCall {
  const moment = world.moments.at(-1)
  if (!moment) throw new Error('nothing was looked at yet')
  const id = randomUUID()
  world.customers += 1
  return {
    conversationId: `conv_${id}`,
    providerCallId: `CA${id}`,
    callId: null,
    direction,
    ourNumber,
    // Everybody calls once, so that no call can be taken for another.
    customer: `+1250${String(world.customers).padStart(7, '2000000')}`,
    moment,
    owner: undefined,
  }
}
