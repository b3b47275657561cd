import { randomUUID } from 'node:crypto'
import { expect } from 'vitest'
import { aNumber, holderThroughout, mayHaveHeld } from './holders.ts'
import { liveNumber } from './snapshot.ts'
import { type Act, pick } from './step.ts'

/** A customer texts a number, or the same text is delivered again. */
export function text(n: number, again: boolean): Act {
  return {
    label: `text to ${n}${again ? ', again' : ''}`,
    async run(world) {
      const known = again ? pick([...world.texts.keys()], n) : undefined
      const id = known ?? `SM${randomUUID()}`
      const phoneNumber = world.texts.get(id)?.phoneNumber ?? aNumber(world, n)
      const text = world.texts.get(id) ?? { phoneNumber, stored: 0 }
      world.texts.set(id, text)
      const wasStored = text.stored > 0
      const { result, organization_id } = await world.call('receive_message', {
        providerMessageId: id,
        from: '+16045550100',
        to: phoneNumber,
        customer: '+16045550100',
        body: 'hello',
        media: '[]',
        segments: 1,
        requestId: id,
      })
      if (result === 'stored') text.stored += 1
      return (step) => {
        expect(text.stored, `times that ${id} was stored`).toBeLessThanOrEqual(1)
        if (wasStored) return expect(result).toBe('duplicate')
        const { before, after, alone } = step
        const stays = holderThroughout(step, phoneNumber)
        const isHeld = ['purchased', 'imported', 'assigned'].includes(
          liveNumber(before, phoneNumber)?.status ?? '',
        )
        if (alone) expect(result).toBe(stays && isHeld ? 'stored' : 'unknown_number')
        if (result === 'unknown_number')
          expect(stays, `the holder of ${phoneNumber}, refused a text`).toBeUndefined()
        if (result !== 'stored') return
        expect(mayHaveHeld(step, phoneNumber)).toContain(organization_id)
        const row = after.messages.find((each) => each.provider_message_id === id)
        expect(row?.organization_id).toBe(organization_id)
      }
    },
  }
}
