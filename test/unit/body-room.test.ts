import { describe, expect, test } from 'vitest'
import { createBodyRoom } from '../../src/http/limits/body-room.ts'
import type { Principal } from '../../src/http/principal.ts'

const KB = 1_024
const HERE = '192.0.2.1'

/** Rooms for twenty bodies of 5 kB, of which nobody has more than one. */
const rooms = { strangers: 25 * KB, users: 50 * KB, tenants: 75 * KB, all: 100 * KB }

/** Who sends, by kind: the first of each can take its room, and all within it, many times over. */
const senders: Record<string, (n: number) => Principal> = {
  strangers: (n) => ({ kind: 'user', userId: `stranger ${n}`, email: undefined }),
  members: (n) => ({ kind: 'user', userId: `member ${n}`, email: undefined }),
  keys: (n) => ({ kind: 'key', keyId: `${n}`, organizationId: `organization ${n}`, scopes: [] }),
  operators: () => ({ kind: 'admin', name: 'ann' }),
}

/** As many as find room of those who send, up to a hundred. */
function fill(roomFor: ReturnType<typeof createBodyRoom>, kind: string): number {
  let taken = 0
  for (let n = 0; n < 100; n += 1) {
    try {
      roomFor(senders[kind]?.(n) as Principal, `192.0.2.${n}`).hold(5 * KB)
      taken += 1
    } catch (error) {
      expect(error).toMatchObject({ code: 'too_many_at_once', status: 503 })
    }
  }
  return taken
}

describe('room for bodies', () => {
  test.each([
    ['strangers', 5, { members: 5, keys: 10, operators: 15 }],
    ['members', 10, { strangers: 0, keys: 5, operators: 10 }],
    ['keys', 15, { strangers: 0, members: 0, operators: 5 }],
    ['operators', 20, { strangers: 0, members: 0, keys: 0 }],
  ])(
    'of %s, however many they are, is so much, and leaves others their own',
    (kind, most, left) => {
      const open = () =>
        createBodyRoom({ isMember: (id) => id.startsWith('member'), ofOne: 100 * KB, rooms })
      const roomFor = open()

      expect(fill(roomFor, kind)).toBe(most)
      const others = Object.entries(left).map(([other, room]) => {
        const again = open()
        fill(again, kind)
        return [other, fill(again, other), room]
      })
      expect(others).toEqual(others.map(([other, , room]) => [other, room, room]))
    },
  )

  test('of one sender, is bounded by itself; what fits into 4 kB needs none', () => {
    const roomFor = createBodyRoom({ isMember: () => false, ofOne: 10 * KB })
    const ask = (bytes: number) => () =>
      roomFor(senders.strangers?.(1) as Principal, HERE).hold(bytes)
    ask(5 * KB)()
    ask(5 * KB)()

    expect(ask(5 * KB)).toThrow('take all the room')
    expect(ask(4 * KB)).not.toThrow()
  })

  test('of one address, is bounded for all of its users and keys, and for no operators', () => {
    const roomFor = createBodyRoom({ isMember: () => true, ofAddress: 20 * KB })
    const ask = (kind: string, n: number, address: string) => () =>
      roomFor(senders[kind]?.(n) as Principal, address).hold(5 * KB)
    ask('members', 1, HERE)()
    ask('members', 2, HERE)()

    expect(ask('members', 3, HERE)).toThrow('take all the room')
    expect(ask('members', 3, '192.0.2.2')).not.toThrow()
    ask('keys', 1, HERE)()
    ask('keys', 2, HERE)()
    expect(ask('keys', 3, HERE)).toThrow('take all the room')
    expect(ask('keys', 1, '192.0.2.2')).not.toThrow()
    expect(ask('operators', 1, HERE)).not.toThrow()
  })

  test('that is free again, is there for others', () => {
    const roomFor = createBodyRoom({ isMember: () => false, rooms })
    for (let times = 0; times < 100; times += 1) {
      const room = roomFor(senders.strangers?.(times) as Principal, HERE)
      room.hold(25 * KB)
      expect(room.isHeld()).toBe(true)
      room.release()
      expect(room.isHeld()).toBe(false)
    }

    expect(fill(roomFor, 'strangers')).toBe(5)
  })
})
