import { connect, type Socket } from 'node:net'
import { performance } from 'node:perf_hooks'
import { setTimeout as sleep } from 'node:timers/promises'
import { parentPort, workerData } from 'node:worker_threads'

/** Texts to send, as bytes, so many a second; once all are sent, from the first on again. */
export interface TextsToSend {
  origin: string
  perSecond: number
  requests: string[]
}

/** How many were sent, and how many had come while all connections waited for an answer, in how long. */
export interface Sending {
  sent: number
  held: number
  seconds: number
}

/** No more wait at once: a process may not open more. What finds none free is held by the server, not by us. */
const MAX_SOCKETS = 2_000

const { origin, perSecond, requests } = workerData as TextsToSend
const { hostname, port } = new URL(origin)
const free: Socket[] = []
let open = 0

/** Any answer frees its connection for the next text: what it says is not asked. */
function openSocket(): Socket | undefined {
  if (open >= MAX_SOCKETS) return undefined
  open += 1
  const socket = connect(Number(port), hostname).setNoDelay(true)
  socket.on('data', () => free.push(socket))
  socket.on('error', () => {})
  socket.on('close', () => {
    open -= 1
  })
  return socket
}

function freeSocket(): Socket | undefined {
  for (;;) {
    const socket = free.pop()
    if (!socket) return openSocket()
    if (socket.writable) return socket
  }
}

let isOver = false
parentPort?.once('message', () => {
  isOver = true
})
parentPort?.postMessage('sending')

const start = performance.now()
let due = 0
let sent = 0
let held = 0
while (!isOver) {
  const until = ((performance.now() - start) / 1_000) * perSecond
  for (; due < until; due += 1) {
    const socket = freeSocket()
    if (!socket) {
      held += 1
      continue
    }
    socket.write(requests[sent % requests.length] as string)
    sent += 1
  }
  await sleep(1)
}
const seconds = (performance.now() - start) / 1_000
parentPort?.postMessage({ sent, held, seconds } satisfies Sending)
