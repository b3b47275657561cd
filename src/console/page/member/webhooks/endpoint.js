import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { openDialog } from '../../components/dialog.js'
import { Failed, Loaded } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { Facts, Time } from '../../components/values.js'
import { useAction } from '../../core/action.js'
import { post, request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { useResource } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { apiOf, placeIn } from '../organization.js'
import { removeEndpoint, rotateSecret, setStatus } from './deeds.js'
import { Deliveries } from './deliveries.js'
import { EditEndpoint } from './edit-endpoint.js'
import { eventsWords } from './event-types.js'
import { StatusWords } from './status-words.js'

/** One endpoint, and what became of the events for it. @param {import('../organization.js').InOrganization & { endpointId: string }} props */
export function EndpointScreen({ organizationId, endpointId }) {
  const path = apiOf(organizationId, `/webhook-endpoints/${endpointId}`)
  const endpoint = useResource(
    async (signal) => {
      const { body, version } = await request('GET', path, { signal })
      return { ...body.webhookEndpoint, version }
    },
    [path],
  )
  useFresh([], endpoint.reload)
  const { data } = endpoint
  const testing = useAction(
    (key) => post(`${path}/test`, undefined, { key }),
    () => toast('The test is on its way: it shows below'),
  )
  const all = placeIn(organizationId, 'webhooks')
  const edit = () =>
    openDialog(
      (close) =>
        html`<${EditEndpoint} path=${path} endpoint=${data} close=${close} after=${endpoint.reload} />`,
    )
  const actions =
    data &&
    html`<${Button} isBusy=${testing.isBusy} disabled=${data.status === 'paused'} onClick=${() => void testing.act()}>Send a test<//>
      <${Button} onClick=${edit}>Edit<//>
      <${Button} onClick=${() => setStatus(data, path, endpoint.reload)}>${data.status === 'active' ? 'Pause' : 'Resume'}<//>
      <${Button} onClick=${() => rotateSecret(data, path, endpoint.reload)}>New secret<//>
      <${Button} kind="danger" onClick=${() => removeEndpoint(data, path, all)}>Remove<//>`
  const title = data ? html`<span class="break">${data.description ?? data.url}</span>` : 'Endpoint'
  return html`<${Page} title=${title} name=${data ? (data.description ?? data.url) : 'Endpoint'} subtitle=${data?.description && html`<span class="break">${data.url}</span>`} back=${{ href: all, label: 'Webhooks' }} actions=${actions}>
    <${Failed} error=${testing.error} />
    <${Loaded} of=${endpoint} rows=${3}>
      ${(/** @type {any} */ each) => html`<div class="card">
        <${Facts} rows=${[
          ['Status', html`<${Chip} status=${each.status} /> <${StatusWords} of=${each} />`],
          ['Events', eventsWords(each.events)],
          ['Made', html`<${Time} at=${each.created_at} />`],
          ...(each.rotation_ends_at
            ? [['Earlier secrets sign until', html`<${Time} at=${each.rotation_ends_at} />`]]
            : []),
        ]} />
      </div>`}
    <//>
    <${Deliveries} path=${path} isPaused=${data?.status === 'paused'} />
  <//>`
}
