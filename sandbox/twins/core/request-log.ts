import type { Fault } from './model.ts'

/** One request of a client to a carrier's API. */
export interface RequestRow {
  operation: string
  method: string
  /** As the vendor has it, without the query. */
  path: string
  /** `null` while it is in flight, and for good when the client got no answer. */
  status: number | null
  /** ISO times; `endedAt` is when it was answered, or when the connection was gone. */
  startedAt: string
  endedAt: string | null
  fault: Fault['kind'] | null
}

export type RequestLog = ReturnType<typeof createRequestLog>

/** So many of the latest requests are kept. */
const capacity = 5_000

/**
 * What a carrier was asked, and how much of it at once. In memory alone: a busy twin could not
 * write it to disk for every request.
 */
export function createRequestLog() {
  let rows: RequestRow[] = []
  let most: Record<string, number> = {}
  let mostInAll = 0
  const open = new Set<RequestRow>()

  function measure(operation: string): void {
    const now = [...open].filter((row) => row.operation === operation).length
    most[operation] = Math.max(most[operation] ?? 0, now)
    mostInAll = Math.max(mostInAll, open.size)
  }

  return {
    begin(request: Pick<RequestRow, 'operation' | 'method' | 'path' | 'fault'>): RequestRow {
      const startedAt = new Date().toISOString()
      const row = { ...request, status: null, startedAt, endedAt: null }
      rows.push(row)
      if (rows.length > capacity) rows.shift()
      open.add(row)
      measure(row.operation)
      return row
    },

    /** Only the first end of a request counts. */
    end(row: RequestRow, status: number | null): void {
      if (!open.delete(row)) return
      row.status = status
      row.endedAt = new Date().toISOString()
    },

    /** Forgets all but what is in flight. */
    clear(): void {
      rows = [...open]
      most = {}
      mostInAll = 0
      for (const { operation } of open) measure(operation)
    },

    /** The requests, oldest first, and how many were in flight at the same time at most. */
    report() {
      return {
        requests: rows,
        inFlight: open.size,
        maxInFlight: most,
        maxInFlightTotal: mostInAll,
      }
    },
  }
}
