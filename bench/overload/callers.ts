import { contendersOf, type Side } from '../compare/contenders.ts'
import { type Offered, offer, PATIENCE_MS } from './offer.ts'
import { sendTexts } from './texts.ts'

const CALLS = ['initiation', 'call'] as const

/** Calls that come beside texts: an ordinary rush, far below what the server can do. */
const PER_SECOND = 30

/** How many times what the server can do comes in texts. */
const TIMES = 10

/** Calls of one second. */
const BURST = 300

/**
 * What callers hear: without texts, and while texts come at ten times what the server can do (`capacity` a
 * second); and when 300 calls come in one second.
 */
export async function offerCalls(side: Side, capacity: number, ms: number): Promise<Offered[]> {
  const offered: Offered[] = []
  const alone = 'no texts meanwhile'
  for (const key of CALLS) {
    const [product] = contendersOf([side], key)
    if (!product) throw new Error('there is no server to ask')
    const rate = { perSecond: PER_SECOND, ms, patienceMs: PATIENCE_MS[key] }
    offered.push(await offer(product, rate, alone, alone))
    const meant = Math.round(capacity * TIMES)
    const texts = await sendTexts(product.origin, side.works.text, meant, ms)
    const beside = await offer(product, rate, `texts at ${TIMES} × capacity`, alone)
    offered.push({ ...beside, texts: { meant, ...(await texts.end()) } })
    const burst = { ...rate, perSecond: BURST, ms: 1_000 }
    offered.push(await offer(product, burst, `${BURST} calls in one second`))
  }
  return offered
}
