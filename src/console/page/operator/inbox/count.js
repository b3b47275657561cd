import { effect, signal } from '@preact/signals'
import { get } from '../../core/api.js'
import { onRecovery } from '../../core/connection.js'
import { session } from '../../core/session.js'

/** How many notifications are open, as far as a page tells; beside the way to the inbox. */
export const openCount = signal(/** @type {number | undefined} */ (undefined))

/** @param {number} shown @param {boolean} hasMore */
export function noteOpen(shown, hasMore) {
  queueMicrotask(() => {
    openCount.value = hasMore ? Math.max(shown, 50) : shown
  })
}

/** Counted again after so long, in ms. */
const EVERY_MS = 60_000

/** Counts them while an operator is signed in, wherever they are. */
export function watchOpen() {
  const count = async () => {
    if (session.peek()?.kind !== 'operator' || document.visibilityState !== 'visible') return
    const page = await get('/api/admin/notifications', { status: 'pending', limit: 50 })
    noteOpen(page.notifications.length, page.nextCursor !== null)
  }
  // What goes wrong is told by the screen in view.
  const quietly = () => void count().catch(() => {})
  effect(() => {
    if (session.value?.kind === 'operator') quietly()
  })
  onRecovery(quietly)
  setInterval(quietly, EVERY_MS)
}
