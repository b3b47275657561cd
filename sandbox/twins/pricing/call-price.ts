import type { CallRow } from '../twilio/model.ts'
import { ratesOfNumber } from './rates.ts'

/** What a call that took place costs, in micro-dollars: every minute begun, one way or the other. */
export function callPrice({ direction, to, duration }: CallRow): number {
  const { callIn, callOut } = ratesOfNumber(to)
  return Math.ceil(Number(duration) / 60) * (direction === 'inbound' ? callIn : callOut)
}
