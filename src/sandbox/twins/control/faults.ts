import { z } from 'zod'
import { faultKinds } from '../core/faults.ts'
import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { parseBody, problem } from './problem.ts'

const Fault = z
  .strictObject({
    carrier: z.enum(['twilio', 'elevenlabs']),
    operation: z.string(),
    kind: z.enum(faultKinds),
    times: z.int().min(1).default(1),
    status: z.int().min(400).max(599).optional(),
    ms: z.int().min(0).optional(),
  })
  .refine((fault) => fault.ms !== undefined || !['late', 'slow'].includes(fault.kind), {
    path: ['ms'],
    message: 'late and slow need ms, the milliseconds until the call is processed',
  })

/** Sets a fault on the next calls of one operation. */
export function addFault(world: World, apis: CarrierApi[], body: unknown): unknown {
  const fault = parseBody(Fault, body)
  const api = apis.find((each) => each.carrier === fault.carrier)
  const known = [...new Set(api?.operations.map((operation) => operation.name))]
  if (!known.includes(fault.operation)) {
    const names = known.join(', ')
    throw problem(400, `${fault.carrier} has no operation ${fault.operation}; it has ${names}`)
  }
  world.change(({ faults }) => faults.push(fault))
  return fault
}

/** The faults that are still to come. */
export function listFaults(world: World): unknown {
  return { faults: world.state.faults }
}

/** Removes all faults. */
export function clearFaults(world: World): unknown {
  world.change((state) => {
    state.faults = []
  })
  return { faults: [] }
}
