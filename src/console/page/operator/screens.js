import { Activity } from './activity/activity.js'
import { Explain } from './activity/explain.js'
import { Costs } from './costs/costs.js'
import { Health } from './health/health.js'
import { openCount } from './inbox/count.js'
import { Inbox } from './inbox/inbox.js'
import { NumberScreen } from './numbers/number.js'
import { Numbers } from './numbers/numbers.js'
import { Orders } from './orders/orders.js'
import { OrganizationScreen } from './organizations/organization.js'
import { Organizations } from './organizations/organizations.js'
import { Pool } from './pool/pool.js'
import { Symptoms } from './symptoms/symptoms.js'

/** One organization, whichever of its parts is in view. */
const organization = {
  title: 'Organization',
  nav: '/organizations',
  screen: OrganizationScreen,
  keyOf: (/** @type {any} */ { organizationId }) => organizationId,
}

/** The operators' screens, by their addresses. @type {readonly import('../core/router.js').Screen[]} */
export const operatorScreens = [
  { path: '/inbox', title: 'Inbox', nav: '/inbox', screen: Inbox },
  { path: '/symptoms', title: 'What is wrong?', nav: '/symptoms', screen: Symptoms },
  { path: '/numbers', title: 'Numbers', nav: '/numbers', screen: Numbers },
  { path: '/numbers/:number', title: 'Number', nav: '/numbers', screen: NumberScreen },
  { path: '/pool', title: 'Pool', nav: '/pool', screen: Pool },
  { path: '/orders', title: 'Orders', nav: '/orders', screen: Orders },
  { path: '/organizations', title: 'Organizations', nav: '/organizations', screen: Organizations },
  { path: '/organizations/:organizationId', ...organization },
  { path: '/organizations/:organizationId/:part', ...organization },
  { path: '/activity', title: 'Calls and texts', nav: '/activity', screen: Activity },
  { path: '/activity/explain', title: 'Why did it go there?', nav: '/activity', screen: Explain },
  { path: '/costs', title: 'Costs', nav: '/costs', screen: Costs },
  { path: '/health', title: 'Health', nav: '/health', screen: Health },
]

/** Where an operator begins. */
export const operatorHome = '/inbox'

/** @type {import('../shell/frame.js').NavigationGroup[]} */
export const operatorNavigation = [
  {
    items: [
      { href: '/inbox', label: 'Inbox', icon: 'inbox', count: () => openCount.value },
      { href: '/symptoms', label: 'What is wrong?', icon: 'search' },
    ],
  },
  {
    label: 'Lines',
    items: [
      { href: '/numbers', label: 'Numbers', icon: 'number' },
      { href: '/pool', label: 'Pool', icon: 'pool' },
      { href: '/orders', label: 'Orders', icon: 'order' },
    ],
  },
  {
    label: 'Customers',
    items: [
      { href: '/organizations', label: 'Organizations', icon: 'organization' },
      { href: '/activity', label: 'Calls and texts', icon: 'activity' },
    ],
  },
  {
    label: 'Deployment',
    items: [
      { href: '/costs', label: 'Costs', icon: 'cost' },
      { href: '/health', label: 'Health', icon: 'health' },
    ],
  },
]
