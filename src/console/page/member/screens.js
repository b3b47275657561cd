import { session } from '../core/session.js'
import { ConversationsScreen } from './conversations/conversations.js'
import { CostsScreen } from './costs/costs.js'
import { KeysScreen } from './keys/keys.js'
import { LineScreen } from './line/line.js'
import { NumberScreen } from './line/number/number.js'
import { me } from './me.js'
import { MembersScreen } from './members/members.js'
import { apiOf, inOrganization, membership, organizationId, placeIn } from './organization.js'
import { SettingsScreen } from './settings/settings.js'
import { openInvite } from './start/invite-link.js'
import { Organizations } from './start/organizations.js'
import { Start } from './start/start.js'
import { EndpointScreen } from './webhooks/endpoint.js'
import { EndpointsScreen } from './webhooks/endpoints.js'

/**
 * @param {string} at below the organization @param {string} title @param {(props: any) => any} screen
 * @param {string} [onlyAdmins] what only admins do there
 */
const screen = (at, title, screen, onlyAdmins) => ({
  path: `/organizations/:organizationId/${at}`,
  title,
  screen: inOrganization(title, screen, { onlyAdmins }),
  get nav() {
    return placeIn(organizationId.value ?? '', at.split('/')[0] ?? '')
  },
})

/** The members' screens, by their addresses. @type {readonly import('../core/router.js').Screen[]} */
export const memberScreens = [
  { path: '/start', title: 'Welcome', nav: '/organizations', screen: Start },
  { path: '/organizations', title: 'Organizations', nav: '/organizations', screen: Organizations },
  screen('line', 'Line', LineScreen),
  screen('line/:number', 'Number', NumberScreen),
  screen('conversations', 'Conversations', ConversationsScreen),
  screen('costs', 'Costs', CostsScreen),
  screen('settings', 'Settings', SettingsScreen),
  screen('settings/:part', 'Settings', SettingsScreen),
  screen('members', 'Members', MembersScreen, 'see and invite members'),
  screen('keys', 'API keys', KeysScreen, 'make and revoke API keys'),
  screen('webhooks', 'Webhooks', EndpointsScreen, 'manage webhook endpoints'),
  screen('webhooks/:endpointId', 'Webhooks', EndpointScreen, 'manage webhook endpoints'),
]

/** Where a member begins. */
export const memberHome = () => (openInvite.value ? '/organizations' : '/start')

/** @returns {import('../shell/frame.js').NavigationGroup[]} */
export const memberNavigation = () => {
  const { data } = me.value
  const own = membership.value
  const several = {
    items: [
      /** @type {import('../shell/frame.js').NavigationItem} */ ({
        href: '/organizations',
        label: 'Organizations',
        icon: 'organization',
        count: () => data?.invites.length,
      }),
    ],
  }
  if (!own) return [several]
  const { id, name } = own.organization
  /** @param {string} at @param {string} label @param {import('../components/icons.js').IconName} icon */
  const item = (at, label, icon) => ({ href: placeIn(id, at), label, icon })
  const ofAdmins = [
    item('members', 'Members', 'contact'),
    item('keys', 'API keys', 'key'),
    item('webhooks', 'Webhooks', 'outgoing'),
  ]
  return [
    {
      label: name,
      items: [
        item('line', 'Line', 'phone'),
        item('conversations', 'Conversations', 'activity'),
        item('costs', 'Costs', 'cost'),
        item('settings', 'Settings', 'settings'),
      ],
    },
    ...(own.role === 'admin' ? [{ label: 'Administration', items: ofAdmins }] : []),
    several,
  ]
}

/** The stream of events that a member's page follows; undefined: none. @returns {string | undefined} */
export const streamOfMember = () =>
  session.value?.kind === 'member' && membership.value
    ? apiOf(membership.value.organization.id, '/events')
    : undefined
