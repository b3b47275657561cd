import { performance } from 'node:perf_hooks'
import type { Heard } from './webhooks.ts'

export interface Loaded {
  /** Milliseconds of every request. */
  times: number[]
  heard: Record<Heard, number>
}

/** Sends so many requests, always `concurrency` of them at the same time. */
export async function load(
  post: () => Promise<Heard>,
  options: { calls: number; concurrency: number },
): Promise<Loaded> {
  const times: number[] = []
  const heard = { meant: 0, neutral: 0, nothing: 0 }
  let left = options.calls
  const send = async () => {
    while (left > 0) {
      left -= 1
      const start = performance.now()
      heard[await post()] += 1
      times.push(performance.now() - start)
    }
  }
  await Promise.all(Array.from({ length: options.concurrency }, send))
  return { times, heard }
}
