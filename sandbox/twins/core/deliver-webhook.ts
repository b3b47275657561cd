import { takeFault } from './faults.ts'
import { hold } from './hold.ts'
import type { Carrier, Fault, Held } from './model.ts'
import type { World } from './world.ts'

/** Milliseconds that a `reorder` without `ms` waits for another webhook. */
const patience = 1_000

/**
 * Delivers a webhook by `send`, with the fault that its operation meets, and answers with what the
 * first delivery gave.
 *
 * - `duplicate_webhook`: it is delivered twice, the second time when the first has been answered
 *   or has failed; with `ms` so long after the first was sent, so that 0 means both at once.
 *   Nobody acts upon the second answer.
 * - `reorder`: it is held back until the next webhook of this carrier has been delivered, but no
 *   longer than `ms` (1,000 by default). While one is held, the others pass.
 *
 * One that is refused (401, 403) is kept in `world.refused`.
 *
 * `onHeld` is called as soon as it is held back. Webhooks from one twin to another are left alone.
 */
export async function deliverWebhook<T extends { status: number }>(
  world: World,
  webhook: {
    carrier: Carrier
    operation: string
    url: string
    onHeld?: (() => void) | undefined
  },
  send: () => Promise<T>,
): Promise<T> {
  const { carrier, operation, url } = webhook
  if (isTwins(world, url)) return await send()
  const fault = takeFault(world, carrier, operation, ({ kind }) => {
    return kind !== 'reorder' || heldBack(world, carrier).length === 0
  })
  const sent = async () => {
    const answer = await send()
    if (answer.status === 401 || answer.status === 403) {
      world.refused.push({ carrier, operation, url, status: answer.status })
    }
    return answer
  }
  if (fault?.kind === 'reorder') {
    webhook.onHeld?.()
    await hold(world, fault, AbortSignal.timeout(fault.ms ?? patience))
    world.signal.throwIfAborted()
    return await sent()
  }
  try {
    return fault === undefined ? await sent() : await sendTwice(world, fault, sent)
  } finally {
    for (const held of heldBack(world, carrier)) held.release()
  }
}

async function sendTwice<T>(world: World, { ms }: Fault, send: () => Promise<T>): Promise<T> {
  const first = send()
  const second = async () => {
    if (ms === undefined) await Promise.allSettled([first])
    else if (ms > 0) await world.wait(ms)
    await send()
  }
  await Promise.allSettled([first, second()])
  return await first
}

function heldBack(world: World, carrier: Carrier): Held[] {
  return [...world.held].filter((held) => held.carrier === carrier && held.kind === 'reorder')
}

/** By whatever name of this machine. */
function isTwins({ origin }: World, url: string): boolean {
  const { protocol, port } = new URL(url)
  const loopback = ['127.0.0.1', 'localhost'].includes(new URL(url).hostname)
  return loopback && protocol === new URL(origin).protocol && port === new URL(origin).port
}
