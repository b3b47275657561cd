import { z } from 'zod'
import { checkAreaCode } from '../../../src/telephony/area-codes.ts'
import type { World } from '../core/world.ts'
import { maxStock, numbersOf, stockedAreas } from '../twilio/inventory.ts'
import { parseBody, problem } from './problem.ts'

const Stock = z.strictObject({ areaCode: z.string(), count: z.int().min(0).max(maxStock) })

/**
 * Sets how many numbers an area code has in all, whoever owns them: 0 sells it out, and any code
 * of the US and Canada can have some. Owned numbers stay owned. Answers with how many are `free`.
 */
export function changeStock(world: World, body: unknown): unknown {
  const { areaCode, count } = parseBody(Stock, body)
  const check = checkAreaCode(areaCode)
  if (!check.ok) throw problem(400, check.detail)
  world.change(({ twilio }) => {
    twilio.stock[areaCode] = count
  })
  const owned = new Set(world.state.twilio.numbers.map((number) => number.phone_number))
  const area = stockedAreas(world).find((each) => each.code === areaCode)
  const free = area === undefined ? [] : numbersOf(area).filter((number) => !owned.has(number))
  return { areaCode, count, free: free.length }
}
