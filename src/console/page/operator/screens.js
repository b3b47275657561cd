import { Inbox } from './inbox/inbox.js'

/** The operators' screens, by their addresses. @type {readonly import('../core/router.js').Screen[]} */
export const operatorScreens = [{ path: '/inbox', title: 'Inbox', nav: '/inbox', screen: Inbox }]

/** Where an operator begins. */
export const operatorHome = '/inbox'

/** @type {import('../shell/frame.js').NavigationGroup[]} */
export const operatorNavigation = [{ items: [{ href: '/inbox', label: 'Inbox', icon: 'inbox' }] }]
