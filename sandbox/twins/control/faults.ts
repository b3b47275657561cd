import { z } from 'zod'
import {
  type Fault,
  faultKinds,
  faultsOfLists,
  requestFaults,
  socketFaults,
  webhookFaults,
} from '../core/model.ts'
import type { CarrierApi } from '../core/operation.ts'
import type { World } from '../core/world.ts'
import { parseBody, problem } from './problem.ts'

const Wanted = z
  .strictObject({
    carrier: z.enum(['twilio', 'elevenlabs']),
    operation: z.string(),
    kind: z.enum(faultKinds),
    times: z.int().min(1).default(1),
    skip: z.int().min(0).optional(),
    about: z.string().min(1).optional(),
    status: z.int().min(400).max(599).optional(),
    ms: z.int().min(0).optional(),
    bytes: z.int().min(1).max(100_000_000).optional(),
  })
  .refine((fault) => fault.ms !== undefined || fault.kind !== 'slow', {
    path: ['ms'],
    message: 'slow needs ms, the milliseconds until the call is processed',
  })

/**
 * Sets a fault on the next calls, or webhooks, of one operation, after the first `skip` of them;
 * with `about` only on those that name it.
 *
 * A request meets `error` (answered with `status`, not processed), `garbage` (answered with 200
 * and an HTML page, not processed), `huge` (processed, answered after `bytes` of blanks), `timeout`
 * (not processed) or
 * `lost_reply` (processed), both left waiting or dropped after `ms`, `late` (dropped, processed
 * after `ms`, or without it once it is released), `slow` (processed after `ms`), `hold_before` or `hold_after` (held before it is
 * processed, or before it is answered, until it is released or its client goes away; a client
 * that goes away before it is processed never asked). A list also meets `empty_list` (without a row),
 * `repeated_page` (which names itself as the next one) or `endless_pages` (each names a next one). A
 * webhook meets `duplicate_webhook` or
 * `reorder`, see `deliverWebhook`. A conversation in writing (textConversation) meets `error` (an error event, and
 * the line is closed), `slow` (answered after `ms`), `silent` (never answered), `dies` (closed without a word once it
 * was asked), `ping`, `greeting` (the agent begins all the same, after `ms`), `correction` (of its answer) or `tool_call` (first). Throws a 400 problem for an operation the carrier does not
 * have, and for a kind that does not fit it.
 */
export function addFault(world: World, apis: CarrierApi[], body: unknown): unknown {
  const fault = parseBody(Wanted, body)
  const theirs = apis.filter((each) => each.carrier === fault.carrier)
  const operations = theirs.flatMap(({ operations: json, files = [] }) =>
    [...json, ...files].map(({ name }) => name),
  )
  const requests = [...new Set(operations)]
  requireFit(fault, {
    requests,
    webhooks: theirs.flatMap((api) => [...api.webhooks]),
    sockets: theirs.flatMap((api) => [...(api.sockets ?? [])]),
  })
  world.change(({ faults }) => faults.push(fault))
  return fault
}

function requireFit(
  { carrier, operation, kind }: Fault,
  known: { requests: readonly string[]; webhooks: readonly string[]; sockets: readonly string[] },
): void {
  const isWebhook = known.webhooks.includes(operation)
  const isSocket = known.sockets.includes(operation)
  if (!isWebhook && !isSocket && !known.requests.includes(operation)) {
    const names = `${known.requests.join(', ')}; webhooks ${known.webhooks.join(', ')}; over WebSockets ${known.sockets.join(', ')}`
    throw problem(400, `${carrier} has no operation ${operation}; it has requests ${names}`)
  }
  const ofRequest = [...requestFaults, ...(operation.endsWith('.list') ? faultsOfLists : [])]
  const ofAny = isSocket ? socketFaults : ofRequest
  const kinds: readonly string[] = isWebhook ? webhookFaults : ofAny
  if (kinds.includes(kind)) return
  const what = isWebhook ? `a webhook that ${carrier} sends` : `a request to ${carrier}`
  throw problem(400, `${operation} is ${what}: its kind is one of ${kinds.join(', ')}, not ${kind}`)
}

/** The faults that are still to come, and what faults hold back now. */
export function listFaults(world: World): unknown {
  return { faults: world.state.faults, held: heldNow(world) }
}

/** Removes all faults and lets go what they held back. */
export function clearFaults(world: World): unknown {
  world.change((state) => {
    state.faults = []
  })
  releaseHeld(world)
  return listFaults(world)
}

/** Lets go what faults hold back, and tells what that was. */
export function releaseHeld(world: World): unknown {
  const released = heldNow(world)
  for (const held of [...world.held]) held.release()
  return { released }
}

function heldNow(world: World) {
  return [...world.held].map(({ release: _release, ...held }) => held)
}
