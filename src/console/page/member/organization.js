import { computed } from '@preact/signals'
import { Empty, Failed, Loading } from '../components/state.js'
import { html } from '../core/html.js'
import { linkTo, path } from '../core/router.js'
import { Page } from '../shell/page.js'
import { loadMe, me } from './me.js'

/** The organization that the address names. */
export const organizationId = computed(() => /^\/organizations\/([^/]+)/.exec(path.value)?.[1])

/** What the member is to the organization that the address names; undefined: nothing, or it is not known yet. */
export const membership = computed(() =>
  me.value.data?.organizations.find(({ organization }) => organization.id === organizationId.value),
)

/** The address of a screen of an organization. @param {string} id @param {string} screen */
export const placeIn = (id, screen) => `/organizations/${id}/${screen}`

/** The path in the API of what belongs to an organization. @param {string} id @param {string} [of] */
export const apiOf = (id, of = '') => `/api/organizations/${id}${of}`

/**
 * What every screen of an organization gets.
 * @typedef {{ organizationId: string, organization: Record<string, any>, isAdmin: boolean }} InOrganization
 */

/**
 * A screen of one organization, for its members or for its admins alone.
 * @param {string} title
 * @param {(props: any) => any} Screen gets InOrganization
 * @param {{ onlyAdmins?: string }} [options] `onlyAdmins`: what only admins do here, in words
 */
export function inOrganization(title, Screen, { onlyAdmins } = {}) {
  return function OfOrganization(/** @type {Record<string, string>} */ params) {
    const { data, error } = me.value
    if (!data)
      return html`<${Page} title=${title}>
        ${error ? html`<${Failed} error=${error} onRetry=${loadMe} />` : html`<${Loading} />`}
      <//>`
    const own = membership.value
    if (!own) return html`<${NotYours} />`
    const isAdmin = own.role === 'admin'
    if (onlyAdmins && !isAdmin)
      return html`<${Page} title=${title}>
        <${Empty} title="This is for admins" icon="key">
          <p>Only admins of ${own.organization.name} ${onlyAdmins}. You are a member: ask an admin to do it, or to make you one.</p>
        <//>
      <//>`
    return html`<${Screen} ...${params} organization=${own.organization} isAdmin=${isAdmin} />`
  }
}

function NotYours() {
  return html`<${Page} title="Not your organization">
    <${Empty} title="You are no member of this organization" icon="organization">
      <p>You may have been removed, or have signed in with another address than the one that was invited.</p>
      <a href=${linkTo('/organizations')}>See your organizations and invites</a>
    <//>
  <//>`
}

/** Says to members what only admins change. @param {{ isAdmin: boolean, what: string }} props */
export function ForAdmins({ isAdmin, what }) {
  return isAdmin
    ? null
    : html`<p class="notice"><span>Only admins change ${what}. You see what is set.</span></p>`
}
