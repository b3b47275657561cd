import { Button } from '../../../components/button.js'
import { Empty, Loaded } from '../../../components/state.js'
import { Copy, Facts, Money, Phone, Time } from '../../../components/values.js'
import { html } from '../../../core/html.js'
import { useResource } from '../../../core/resource.js'
import { useFresh } from '../../../core/stream.js'
import { phoneOf } from '../../../core/words.js'
import { Page, Section } from '../../../shell/page.js'
import { ForAdmins, placeIn } from '../../organization.js'
import { readLine } from '../read-line.js'
import { CallsChip, TextsChip } from './chips.js'
import { giveUp, restore } from './deeds.js'
import { NumberHours } from './hours.js'
import { NumberRouting } from './routing.js'

/** One number: what it can do, and where it differs from its organization. @param {import('../../organization.js').InOrganization & { number: string }} props */
export function NumberScreen({ organizationId, organization, isAdmin, number }) {
  const line = useResource((signal) => readLine(organizationId, signal), [organizationId])
  useFresh(['number.'], line.reload)
  const own = line.data?.numbers.find(({ phone_number }) => phone_number === number)
  const deeds = { organizationId, reload: line.reload }
  const actions =
    isAdmin &&
    own &&
    (own.status === 'quarantined'
      ? html`<${Button} kind="primary" onClick=${() => restore(own, deeds)}>Restore<//>`
      : html`<${Button} kind="danger" onClick=${() => giveUp(own, deeds)}>Give up<//>`)
  return html`<${Page} title=${html`<${Phone} e164=${number} /> <${Copy} text=${number} label="the number" />`} name=${phoneOf(number)}
    subtitle=${organization.name} back=${{ href: placeIn(organizationId, 'line'), label: 'Line' }} actions=${actions}>
    <${Loaded} of=${line}>
      ${(/** @type {import('../read-line.js').Line} */ data) =>
        own
          ? html`<${Now} number=${own} line=${data} />
              <${OwnSettings} number=${own} line=${data} organizationId=${organizationId} isAdmin=${isAdmin} reload=${line.reload} />`
          : html`<${Empty} title="This number is not yours" icon="number"><p>It may have been given up for good.</p><//>`}
    <//>
  <//>`
}

/** @param {{ number: Record<string, any>, line: import('../read-line.js').Line }} props */
function Now({ number, line }) {
  const isDefault = line.organization.defaultPhoneNumber === number.phone_number
  return html`<div class="card">
    <${Facts} rows=${[
      ['Calls', html`<${CallsChip} of=${number} />`],
      ['Texts', html`<${TextsChip} of=${number} />`],
      ['Agent', number.agentName],
      ['Yours since', html`<${Time} at=${number.assigned_at} />`],
      ['Last used', html`<${Time} at=${number.last_traffic_at} ago />`],
      ['A month', html`<${Money} micros=${number.monthly_cost} />`],
      ...(isDefault
        ? [['Texts and calls go out', 'From this number, unless another is named']]
        : []),
    ]} />
  </div>`
}

/** Its settings; of one that was given up they are kept, and cannot be changed. @param {import('./part.js').NumberProps} props */
function OwnSettings(props) {
  if (props.number.status === 'quarantined')
    return html`<p class="notice"><span>It keeps its settings while it can be restored.</span></p>`
  return html`<${Section} title="Where it differs from your other numbers">
    <${ForAdmins} isAdmin=${props.isAdmin} what="settings" />
    <div class="parts"><${NumberHours} ...${props} /><${NumberRouting} ...${props} /></div>
  <//>`
}
