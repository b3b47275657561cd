import type { Response } from 'express'
import { hold } from './hold.ts'
import type { Fault } from './model.ts'
import type { Reply } from './vendor-error.ts'
import type { World } from './world.ts'
import { emptied, endless, huge, repeated } from './wrong-answers.ts'

/** Sends a reply; a client that has gone away is no error. */
export function send(res: Response, reply: Reply): void {
  if (res.destroyed || res.writableEnded) return
  res.status(reply.status).set(reply.headers ?? {})
  if (reply.body === undefined) res.end()
  else if (reply.isChunked) res.type(reply.type ?? '').write(reply.body, () => res.end())
  else if (reply.type === undefined) res.json(reply.body)
  else res.type(reply.type).send(reply.body)
}

/** More than any answer of the carriers has, and no burden to a test. */
const HUGE_BYTES = 32_000_000

/** What a proxy that is not well puts in the place of an answer. */
const garbage =
  '<!DOCTYPE html><html><head><title>Welcome</title></head><body><p>It works!<br></body></html>'

/**
 * Lets a call through, or gives it the fault it drew: whether it is processed (`perform`), what
 * the client hears of it, and when.
 */
export async function respond(options: {
  world: World
  res: Response
  fault: Fault | undefined
  perform: () => Promise<Reply>
  failure: (status: number) => Reply
  /** Where in a list the request goes on. */
  cursor?: string | undefined
}): Promise<void> {
  const { world, res, fault, perform, failure, cursor } = options
  const wrongly = async (change: (reply: Reply) => Reply) => {
    const reply = await perform()
    return send(res, reply.status < 300 ? change(reply) : reply)
  }
  switch (fault?.kind) {
    case 'error':
      return send(res, failure(fault.status ?? 500))
    case 'garbage':
      return send(res, { status: 200, type: 'text/html', body: garbage })
    case 'huge':
      return await wrongly((reply) => huge(reply, fault.bytes ?? HUGE_BYTES))
    case 'empty_list':
      return await wrongly(emptied)
    case 'repeated_page':
      return await wrongly((reply) => repeated(reply, cursor))
    case 'endless_pages':
      return await wrongly(endless)
    case 'timeout':
      return await withhold(world, res, fault.ms)
    case 'lost_reply':
      await perform()
      return await withhold(world, res, fault.ms)
    case 'late':
      res.destroy()
      world.background(async () => {
        if (fault.ms === undefined) await hold(world, fault, world.signal)
        else await world.wait(fault.ms)
        await perform()
      })
      return
    case 'slow':
      await world.wait(fault.ms ?? 0)
      return send(res, await perform())
    case 'hold_before':
      await hold(world, fault, goneSignal(res))
      // A client that died while its request was on the way: it never arrived.
      return res.destroyed ? undefined : send(res, await perform())
    case 'hold_after': {
      const reply = await perform()
      await hold(world, fault, goneSignal(res))
      return send(res, reply)
    }
    default:
      return send(res, await perform())
  }
}

/** Aborted when the client has gone away. */
function goneSignal(res: Response): AbortSignal {
  const gone = new AbortController()
  if (res.destroyed) gone.abort()
  else res.once('close', () => gone.abort())
  return gone.signal
}

/** Without `ms` the client waits until it gives up, or until the twins close. */
async function withhold(world: World, res: Response, ms: number | undefined): Promise<void> {
  if (ms === undefined) return
  await world.wait(ms)
  res.destroy()
}
