import type { ErrorRequestHandler } from 'express'
import { send } from './respond.ts'
import { type Reply, VendorError } from './vendor-error.ts'
import type { World } from './world.ts'

/**
 * The last handler of a router: what the body parser refuses keeps its status, anything else is
 * a 500 of the vendor's format, and what closing the twins interrupted is dropped.
 */
export function errorHandler(
  world: World,
  failure: (status: number) => Reply,
): ErrorRequestHandler {
  return (error, _req, res, _next) => {
    if (world.signal.aborted) {
      res.destroy()
      return
    }
    if (error instanceof VendorError) return send(res, error.reply)
    const status = typeof error?.status === 'number' ? error.status : 500
    send(res, failure(status))
  }
}
