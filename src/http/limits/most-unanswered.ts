import type { Server } from 'node:http'
import { makeLast } from '../input/last-answers.ts'
import { isLingering, lingerAtEnd } from '../input/linger.ts'
import { unansweredOf } from './unanswered.ts'

/**
 * So many requests of one connection are unanswered at most: more than any client sent by itself that did
 * not wait for answers. Source: libcurl, CURLMOPT_MAX_PIPELINE_LENGTH, 5 by default.
 */
export const MOST_UNANSWERED = 8

/**
 * Of requests that come without waiting for the answers, a few are worked at, and the last of them becomes
 * the last of its connection. Node works at all that it reads at once, which may be thousands, without a
 * turn for anybody else, so no limit behind this could keep them from costing what they cost.
 */
export function boundUnanswered(server: Server): void {
  const unanswered = unansweredOf(server)
  unanswered.onBegun((response) => {
    const { socket } = response.req
    if (unanswered.of(socket).size < MOST_UNANSWERED) return
    makeLast(response)
    // Before Node ends it: what its sender still writes would take the answers along.
    response.prependOnceListener('finish', () => isLingering(socket) || lingerAtEnd(socket))
  })
}
