import { Loaded } from '../../components/state.js'
import { Tabs } from '../../components/tabs.js'
import { html } from '../../core/html.js'
import { useResource } from '../../core/resource.js'
import { Page } from '../../shell/page.js'
import { loadMe } from '../me.js'
import { ForAdmins, placeIn } from '../organization.js'
import { Calls } from './calls.js'
import { General } from './general.js'
import { Hours } from './hours.js'
import { read } from './read.js'
import { Texts } from './texts.js'
import { Words } from './words.js'

/** @type {Record<string, [label: string, part: (props: any) => any]>} */
const parts = {
  hours: ['Hours', Hours],
  calls: ['Calls', Calls],
  words: ['What agents say', Words],
  texts: ['Texts', Texts],
  general: ['General', General],
}

/**
 * What an organization sets, part by part; each is saved by itself.
 * @param {import('../organization.js').InOrganization & { part?: string }} props
 */
export function SettingsScreen({ organizationId, organization, isAdmin, part = 'hours' }) {
  const own = useResource((signal) => read(organizationId, signal), [organizationId])
  const [, Part] = parts[part] ?? parts.hours ?? []
  const tabs = Object.entries(parts).map(([name, [label]]) => ({
    href: placeIn(organizationId, `settings/${name}`),
    label,
  }))
  const saved = (/** @type {import('../../core/api.js').Answer} */ { body, version }) => {
    own.change(() => ({ organization: body.organization, version }))
    void loadMe()
  }
  return html`<${Page} title="Settings" subtitle=${organization.name}>
    <${Tabs} label="Settings" tabs=${tabs} current=${placeIn(organizationId, `settings/${part in parts ? part : 'hours'}`)} />
    <${ForAdmins} isAdmin=${isAdmin} what="settings" />
    <${Loaded} of=${own}>
      ${(/** @type {import('./read.js').Settings} */ data) =>
        html`<div class="parts"><${Part} settings=${data} organizationId=${organizationId} isAdmin=${isAdmin} saved=${saved} /></div>`}
    <//>
  <//>`
}
