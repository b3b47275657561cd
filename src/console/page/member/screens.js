import { Empty } from '../components/state.js'
import { html } from '../core/html.js'
import { Page } from '../shell/page.js'

/** The members' screens, by their addresses. @type {readonly import('../core/router.js').Screen[]} */
export const memberScreens = [{ path: '/home', title: 'Home', nav: '/home', screen: Home }]

/** Where a member begins. */
export const memberHome = () => '/home'

/** @returns {import('../shell/frame.js').NavigationGroup[]} */
export const memberNavigation = () => [{ items: [{ href: '/home', label: 'Home', icon: 'phone' }] }]

/** The stream of events that a member's page follows; undefined: none. @returns {string | undefined} */
export const streamOfMember = () => undefined

function Home() {
  return html`<${Page} title="Home"><${Empty} title="You are signed in" /><//>`
}
