import { useEffect } from 'preact/hooks'
import { Failed, Loading } from '../../components/state.js'
import { html } from '../../core/html.js'
import { go } from '../../core/router.js'
import { Page } from '../../shell/page.js'
import { loadMe, me } from '../me.js'
import { placeIn } from '../organization.js'
import { Invites } from './invites.js'
import { OrganizationList } from './organizations.js'
import { Welcome } from './welcome.js'

/** Where members come first: to their one organization, to a choice of several, or to what makes one. */
export function Start() {
  const { data, error } = me.value
  const [only] = data?.organizations ?? []
  const isClear = data?.organizations.length === 1 && data.invites.length === 0
  useEffect(() => {
    if (isClear && only) go(placeIn(only.organization.id, 'line'), { replace: true })
  }, [isClear])
  if (!data || isClear)
    return html`<${Page} title="Welcome">
      ${error && !data ? html`<${Failed} error=${error} onRetry=${loadMe} />` : html`<${Loading} />`}
    <//>`
  return data.organizations.length > 0
    ? html`<${Page} title="Choose an organization"><${Invites} /><${OrganizationList} /><//>`
    : html`<${Welcome} invites=${data.invites.length} />`
}
