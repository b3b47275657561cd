import { useEffect, useRef, useState } from 'preact/hooks'
import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { Failed } from '../../components/state.js'
import { Phone } from '../../components/values.js'
import { get, post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { countOf } from '../../core/words.js'

/** How often the orders of a batch are read while it is bought, in ms. */
const READ_MS = 700

/** Buys numbers for the pool, and shows each on its way. @param {{ close: () => void, reload: () => unknown }} props */
export function BatchPurchase({ close, reload }) {
  const [result, setResult] = useState(/** @type {any} */ (undefined))
  /** What was ordered before. */
  const before = useRef(/** @type {Set<string> | undefined} */ (undefined))
  const [orders, setOrders] = useState(/** @type {any[]} */ ([]))
  const { field, form, onSubmit, isBusy, problem, values } = useForm({
    initial: { count: '5', areaCode: '', country: '', areaCodeOnly: false },
    async send({ count, areaCode, country, areaCodeOnly }, key) {
      const number = Number(count)
      if (!Number.isInteger(number) || number < 1)
        throw wrong('count', 'Enter a whole number, from 1')
      before.current ??= new Set((await batchOrders()).map(({ id }) => id))
      return post(
        '/api/admin/phone-numbers/batch-purchase',
        {
          count: number,
          ...(areaCode && { areaCode: areaCode.trim() }),
          ...(country && { country }),
          ...(areaCodeOnly && { areaCodeOnly }),
        },
        { key },
      )
    },
    done: (answer) => {
      setResult(answer)
      reload()
    },
  })
  const isUnderWay = isBusy || result?.pending > 0
  useEffect(() => {
    if (!isUnderWay) return
    const read = async () => {
      const all = await batchOrders().catch(() => [])
      const mine = all.filter(({ id, batch_id }) =>
        result ? batch_id === result.batchId : before.current && !before.current.has(id),
      )
      setOrders(mine)
      const isOver = result && mine.length > 0 && mine.every(({ status }) => status !== 'running')
      if (isOver) {
        setResult({ ...result, pending: 0 })
        reload()
      }
    }
    const timer = setInterval(read, READ_MS)
    return () => clearInterval(timer)
  }, [isUnderWay, result])

  const ready = orders.filter(({ status }) => status === 'done').length
  const wanted = Number(values.count)
  return html`<${Dialog} title="Buy numbers for the pool" close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate hidden=${Boolean(result)}>
      <div class="form-row">
        <${Field} label="How many" type="number" min=${1} max=${200} ...${field('count')} />
        <${Field} label="Area code" inputmode="numeric" placeholder="any" autocomplete="off" ...${field('areaCode')} />
        <${Field} label="Country" options=${[['', 'By the area code'], ['US', 'United States'], ['CA', 'Canada']]} ...${field('country')} />
      </div>
      <${Field} label="In this area code only" type="checkbox" ...${field('areaCodeOnly')} hint="Otherwise, where none is left, numbers nearby are bought." />
      <p class="quiet">Each is bought at Twilio now, and costs its monthly price until it is released.</p>
      <${Failed} error=${problem} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>${isBusy ? 'Go on in the background' : 'Cancel'}<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Buy ${wanted > 0 ? countOf(wanted, 'number') : ''}<//>
      </div>
    </form>
    ${(isUnderWay || result) && html`<${Progress} ready=${result && !result.pending ? result.phoneNumbers.length || ready : ready} wanted=${wanted} orders=${orders} result=${result} />`}
    ${result && html`<div class="dialog-actions"><${Button} kind="primary" onClick=${close}>Close<//></div>`}
  <//>`
}

/** @param {{ ready: number, wanted: number, orders: any[], result: any }} props */
function Progress({ ready, wanted, orders, result }) {
  return html`<div class="progress">
    <p role="status">${result && result.pending === 0 ? `${countOf(ready, 'number')} of ${wanted} bought` : `${ready} of ${wanted} ready…`}</p>
    <progress max=${wanted} value=${ready} aria-label="Numbers bought"></progress>
    ${result?.failures.map((/** @type {any} */ { orderId, error }) => html`<p key=${orderId} class="field-error">${error}</p>`)}
    <ul class="results">
      ${orders.map(
        ({ id, phone, step, status, last_error }) => html`<li key=${id}>
        ${phone ? html`<${Phone} e164=${phone.phone_number} />` : html`<span class="quiet">Choosing a number…</span>`}
        <${Chip} status=${status === 'running' ? step : status} />
        ${last_error && html`<p class="quiet small">${last_error}</p>`}
      </li>`,
      )}
    </ul>
    ${result && html`<p class="quiet">${result.nextStep}</p>`}
  </div>`
}

/** @returns {Promise<any[]>} */
async function batchOrders() {
  const { orders } = await get('/api/admin/orders', { limit: 200 })
  return orders.filter((/** @type {any} */ { cause }) => cause === 'batch')
}

/** @param {string} field @param {string} message */
const wrong = (field, message) =>
  new Problem({
    code: 'validation_failed',
    status: 400,
    detail: message,
    errors: [{ path: field, message }],
  })
