import type { Actor } from '../../src/platform/actor.ts'

/** An operator, who may do all. */
export const OPERATOR: Actor = { kind: 'operator', name: 'test' }

export function userActor(id: string): Actor {
  return { kind: 'user', id }
}
