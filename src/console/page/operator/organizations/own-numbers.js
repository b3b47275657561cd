import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Dialog, openDialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { Empty, Failed } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { toast } from '../../components/toast.js'
import { Phone, Time } from '../../components/values.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { phoneOf } from '../../core/words.js'

/** @type {import('../../components/table.js').Column[]} */
const columns = [
  { title: 'Number', cell: ({ phone_number }) => html`<${Phone} e164=${phone_number} />` },
  { title: 'Status', cell: ({ status }) => html`<${Chip} status=${status} />` },
  { title: 'Texts', cell: ({ sms_status }) => html`<${Chip} status=${sms_status} />` },
  { title: 'Since', cell: ({ assigned_at }) => html`<${Time} at=${assigned_at} />` },
  {
    title: 'Last traffic',
    cell: ({ last_traffic_at }) => html`<${Time} at=${last_traffic_at} ago />`,
  },
]

/** The numbers that an organization holds, or can still take back. @param {{ organization: any }} props */
export function OwnNumbers({ organization }) {
  const pages = usePages(`/api/organizations/${organization.id}/phone-numbers`, 'phoneNumbers')
  useFresh(['number.'], pages.reload)
  const buy = () =>
    openDialog(
      (close) =>
        html`<${Buy} organization=${organization} close=${close} reload=${pages.reload} />`,
    )
  return html`<div class="part-actions"><${Button} onClick=${buy}>Buy a number for it<//></div>
    <${PagedTable} of=${pages} label="Numbers of the organization" columns=${columns}
      hrefOf=${(/** @type {any} */ { phone_number }) => `/numbers/${encodeURIComponent(phone_number)}`}
      empty=${html`<${Empty} title="It has no number" icon="number" />`} />`
}

/** @param {{ organization: any, close: () => void, reload: () => unknown }} props */
function Buy({ organization, close, reload }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { areaCode: '' },
    send: ({ areaCode }, key) =>
      post(
        `/api/admin/organizations/${organization.id}/phone-numbers/purchase`,
        areaCode.trim() ? { areaCode: areaCode.trim() } : {},
        { key },
      ),
    done: ({ phoneNumber }) => {
      close()
      toast(phoneNumber ? `${phoneOf(phoneNumber)} is bought` : 'The number is on its way')
      reload()
    },
  })
  return html`<${Dialog} title=${`Buy a number for ${organization.name}`} close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <${Field} label="Area code" inputmode="numeric" placeholder="any" autocomplete="off" ...${field('areaCode')} hint="Where none is left, a number nearby is bought." />
      <${Failed} error=${problem} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Buy<//>
      </div>
    </form>
  <//>`
}
