import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client'

/** From what nobody notices to what nobody waits for, in seconds. */
const SECONDS = [0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 0.8, 1, 2.5, 5, 10, 15]

export type Metrics = ReturnType<typeof createMetrics>

/**
 * What this server counts, for Prometheus. Every label comes from a closed list (routes, operations, problem
 * codes), never from a request, so a flood makes no new series.
 */
export function createMetrics() {
  const registers = [new Registry()]
  const [registry] = registers as [Registry]
  const requests = new Counter({
    name: 'orgline_http_requests_total',
    help: 'Requests answered, by route pattern and status',
    labelNames: ['method', 'route', 'status'],
    registers,
  })
  const webhooks = new Histogram({
    name: 'orgline_webhook_duration_seconds',
    help: "From a carrier's webhook to the end of its answer, by route",
    labelNames: ['route'],
    buckets: SECONDS,
    registers,
  })
  const refusedWebhooks = new Counter({
    name: 'orgline_refused_webhooks_total',
    help: "Carriers' webhooks that were refused or not answered, by problem code",
    labelNames: ['reason'],
    registers,
  })
  const carriers = new Histogram({
    name: 'orgline_carrier_duration_seconds',
    help: 'Requests to carriers, by operation and outcome (ok, or the kind of failure)',
    labelNames: ['carrier', 'operation', 'outcome'],
    buckets: [0.1, 0.5, 1, 5, 15],
    registers,
  })
  const preCall = new Counter({
    name: 'orgline_precall_answers_total',
    help: 'Answers to the question before a call: known, neutral (nobody holds the number), late, failed',
    labelNames: ['answer'],
    registers,
  })
  for (const answer of ['known', 'neutral', 'late', 'failed']) preCall.inc({ answer }, 0)
  let hasDefaults = false

  return {
    request: (method: string, route: string, status: string) =>
      requests.inc({ method, route, status }),
    webhook: (route: string, seconds: number) => webhooks.observe({ route }, seconds),
    refusedWebhook: (reason: string) => refusedWebhooks.inc({ reason }),
    carrier: (carrier: string, operation: string, outcome: string, seconds: number) =>
      carriers.observe({ carrier, operation, outcome }, seconds),
    preCall: (answer: 'known' | 'neutral' | 'late' | 'failed') => preCall.inc({ answer }),
    /** A value that is set where it is read; `labelNames` as of `set`. */
    gauge: (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name, help, labelNames, registers }),
    contentType: registry.contentType,
    /** All of it, as Prometheus reads it. The process's own values are watched from the first reading on. */
    async read(): Promise<string> {
      if (!hasDefaults) collectDefaultMetrics({ register: registry, prefix: 'orgline_' })
      hasDefaults = true
      return registry.metrics()
    },
  }
}
