/** What came of one attempt. `refused` would be refused again; `failed` may go through later. */
type Delivery = { result: 'delivered' } | Undelivered

export interface Undelivered {
  result: 'refused' | 'failed'
  reason: string
  /** Where the receiver said so. */
  retryAfterMs?: number
}

export type SendAlert = (text: string) => Promise<Delivery>

/** Client errors that pass: the receiver was slow, or has had too much of us. */
const PASSING = [408, 429]

/**
 * Posts `{"text": …}` as Slack and those that imitate it take it. Never fails; what it says of a
 * failure tells nothing of `url`, which carries a token. Redirects are not followed, because they
 * would take the message elsewhere. Source: Slack, "Sending messages using incoming webhooks".
 */
export function createAlertWebhook(options: { url: string; timeoutMs: number }): SendAlert {
  return async (text) => {
    try {
      const response = await fetch(options.url, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body: JSON.stringify({ text }),
        redirect: 'manual',
        signal: AbortSignal.timeout(options.timeoutMs),
      })
      // Nothing in the answer is of use, and an unread one keeps its connection.
      await response.body?.cancel().catch(() => {})
      return deliveryOf(response)
    } catch (thrown) {
      const { name, cause } = thrown as { name?: string; cause?: { code?: string } }
      const reason = name === 'TimeoutError' ? 'time-out' : (cause?.code ?? 'connection failed')
      return { result: 'failed', reason: `no answer (${reason})` }
    }
  }
}

function deliveryOf({ ok, status, headers }: Response): Delivery {
  if (ok) return { result: 'delivered' }
  const reason = `answered ${status}`
  if (status >= 500 || PASSING.includes(status)) {
    const seconds = Number(headers.get('retry-after'))
    const retryAfterMs = seconds > 0 && seconds <= 3_600 ? seconds * 1_000 : 0
    return { result: 'failed', reason, retryAfterMs }
  }
  return { result: 'refused', reason }
}
