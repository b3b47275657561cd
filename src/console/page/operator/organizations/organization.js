import { Chip } from '../../components/chip.js'
import { Loaded } from '../../components/state.js'
import { Tabs } from '../../components/tabs.js'
import { Copy, Facts, Phone, Time } from '../../components/values.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { useResource } from '../../core/resource.js'
import { linkTo } from '../../core/router.js'
import { useFresh, useLive } from '../../core/stream.js'
import { labelOf } from '../../core/words.js'
import { Page } from '../../shell/page.js'
import { Agents } from './agents.js'
import { ChangeStatus } from './change-status.js'
import { Members } from './members.js'
import { OwnNumbers } from './own-numbers.js'
import { Traffic } from './traffic.js'
import { Usage } from './usage.js'

const parts = /** @type {Record<string, [label: string, part: (props: any) => any]>} */ ({
  numbers: ['Numbers', OwnNumbers],
  members: ['Members', Members],
  agents: ['Agents', Agents],
  traffic: ['Calls and texts', Traffic],
  usage: ['Costs', Usage],
})

/** One organization, in parts. @param {{ organizationId: string, part?: string }} props */
export function OrganizationScreen({ organizationId, part = 'numbers' }) {
  const base = `/organizations/${organizationId}`
  const one = useResource(
    async (signal) => {
      const { body, version } = await request('GET', `/api/organizations/${organizationId}`, {
        signal,
      })
      return { ...body.organization, version }
    },
    [organizationId],
  )
  useFresh([], one.reload)
  useLive(['organization.', 'number.'], ({ organization_id }) => {
    if (organization_id === organizationId) void one.reload()
  })
  const [, Part = OwnNumbers] = parts[part] ?? []
  return html`<${Page} title=${one.data?.name ?? 'Organization'} back=${{ href: '/organizations', label: 'Organizations' }}
    subtitle=${one.data && html`<${Chip} status=${one.data.status} /> ${one.data.email}`}
    actions=${one.data && html`<${ChangeStatus} organization=${one.data} reload=${one.reload} />`}>
    <${Loaded} of=${one} rows=${3}>
      ${(/** @type {any} */ organization) => html`
        <${About} organization=${organization} />
        <${Tabs} label="Parts" current=${`${base}/${part}`} tabs=${Object.entries(parts).map(([name, [label]]) => ({ href: `${base}/${name}`, label }))} />
        <${Part} organization=${organization} />`}
    <//>
  <//>`
}

/** @param {{ organization: any }} props */
function About({ organization }) {
  const { phoneNumber, phoneNumberStatus, phoneNumberError, slug, id, createdAt, settings } =
    organization
  return html`<div class="card about">
    <${Facts} rows=${[
      [
        'Number',
        phoneNumber
          ? html`<a href=${linkTo(`/numbers/${encodeURIComponent(phoneNumber)}`)}><${Phone} e164=${phoneNumber} /></a> <${Copy} text=${phoneNumber} label="the number" />`
          : '–',
      ],
      [
        'Line',
        html`<${Chip} status=${phoneNumberStatus} />${phoneNumberError && html`<p class="small quiet">${phoneNumberError}</p>`}`,
      ],
      [
        'Calls are answered by',
        settings.inbound_voice === 'server'
          ? 'this server'
          : settings.inbound_voice === 'elevenlabs'
            ? 'ElevenLabs'
            : 'the deployment’s way',
      ],
      [
        'Texts',
        labelOf(
          settings.text_replies === 'agent' ? 'answered by agents' : 'stored, answered by people',
        ),
      ],
      ['Slug', slug],
      ['Id', html`<code>${id}</code> <${Copy} text=${id} label="the id" />`],
      ['Signed up', html`<${Time} at=${createdAt} />`],
    ]} />
  </div>`
}
