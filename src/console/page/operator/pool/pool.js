import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Empty, Loaded } from '../../components/state.js'
import { Table } from '../../components/table.js'
import { Money } from '../../components/values.js'
import { html } from '../../core/html.js'
import { useGet } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { countOf, dayOf } from '../../core/words.js'
import { Page, Section } from '../../shell/page.js'
import { BatchPurchase } from './batch-purchase.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Area code', cell: ({ areaCode }) => areaCode ?? '–' },
  { title: 'Place', cell: ({ region, country }) => [region, country].filter(Boolean).join(', ') },
  { title: 'Ready', end: true, cell: ({ configured }) => configured },
  { title: 'To import', end: true, cell: ({ needsImport }) => needsImport || '–' },
]

/** What waits for organizations, whether it is enough, and how to get more. */
export function Pool() {
  const status = useGet('/api/admin/phone-numbers/pool/status')
  useFresh(['number.', 'organization.'], status.reload, 10_000)
  const buy = () =>
    openDialog((close) => html`<${BatchPurchase} close=${close} reload=${status.reload} />`)
  return html`<${Page} title="Pool" subtitle="Numbers that are bought and wait for an organization. A sign-up takes one at once."
    actions=${html`<${Button} kind="primary" onClick=${buy}>Buy numbers<//>`}>
    <${Loaded} of=${status} rows=${3}>
      ${(/** @type {any} */ pool) => html`
        <${Stock} pool=${pool} />
        <${Section} title="By area code">
          ${
            pool.byAreaCode.length === 0
              ? html`<${Empty} title="The pool is empty" icon="pool"><p>A sign-up then buys a number of its own, which takes some seconds longer.</p><${Button} kind="primary" onClick=${buy}>Buy numbers<//><//>`
              : html`<${Table} label="Stock by area code" columns=${columns} rows=${pool.byAreaCode}
                  keyOf=${(/** @type {any} */ { areaCode, country }) => `${country}${areaCode}`}
                  hrefOf=${(/** @type {any} */ { areaCode }) => areaCode && `/numbers?number=${areaCode}&status=configured`} />`
          }
        <//>`}
    <//>
  <//>`
}

/** @param {{ pool: any }} props */
function Stock({ pool }) {
  const {
    configured,
    needsImport,
    minimum,
    target,
    daysLeft,
    monthlyCost,
    estimated,
    oldestIdleSince,
    recommendation,
  } = pool
  const most = Math.max(target ?? 0, minimum ?? 0, configured, 1)
  const isLow = recommendation !== 'Pool healthy'
  return html`<div class="figures">
    <div class="card figure figure-wide">
      <p class="figure-label">Ready to be taken</p>
      <p class="figure-value">${configured} <${Chip} status=${isLow ? 'warning' : 'ok'} label=${isLow ? 'Low' : 'Enough'} /></p>
      <div class="meter" role="img" aria-label=${`${configured} ready; minimum ${minimum}, target ${target || 'none'}`}>
        <span class=${`meter-fill ${isLow ? 'low' : ''}`} style=${{ width: `${(100 * configured) / most}%` }}></span>
        ${minimum > 0 && html`<span class="meter-mark" style=${{ left: `${(100 * minimum) / most}%` }}></span>`}
      </div>
      <p class="quiet small">Minimum ${minimum} (POOL_MIN) · ${target ? `target ${target} (POOL_TARGET)` : 'not filled by itself (POOL_TARGET 0)'}</p>
    </div>
    <div class="card figure"><p class="figure-label">Lasts for</p><p class="figure-value">${daysLeft === null ? '–' : countOf(daysLeft, 'day')}</p><p class="quiet small">at the pace of the last 30 days</p></div>
    <div class="card figure"><p class="figure-label">To import</p><p class="figure-value">${needsImport}</p><p class="quiet small">${needsImport ? 'see the inbox' : 'none waits for a person'}</p></div>
    <div class="card figure"><p class="figure-label">Costs a month</p><p class="figure-value"><${Money} micros=${monthlyCost} estimated=${estimated} /></p><p class="quiet small">${oldestIdleSince ? `oldest idle since ${dayOf(oldestIdleSince)}` : 'nothing idle'}</p></div>
  </div>`
}
