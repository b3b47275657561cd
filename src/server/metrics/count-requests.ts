import type { RequestHandler } from 'express'
import { reasonOf } from '../../http/log/refusal-log.ts'
import { isForClients, type Route } from '../../http/route.ts'
import type { Metrics } from '../../platform/monitoring/metrics.ts'

/** Of what no route of the table answers, whatever it was asked for. */
const OTHER = 'other'

/** Counts every answer by the pattern of its route; of carriers' webhooks also how long it took, and why it was refused. */
export function countRequests(metrics: Metrics): RequestHandler {
  return (_req, res, next) => {
    const since = performance.now()
    res.once('close', () => {
      const route = res.locals.route as Route | undefined
      const reason = reasonOf(res)
      const status = reason === 'hung_up' ? 'hung_up' : String(res.statusCode)
      metrics.request(route?.method.toUpperCase() ?? OTHER, route?.path ?? OTHER, status)
      if (!route || isForClients(route) || route.guard === 'public') return
      metrics.webhook(route.path, (performance.now() - since) / 1_000)
      if (reason !== undefined) metrics.refusedWebhook(reason)
    })
    next()
  }
}
