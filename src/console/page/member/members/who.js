import { me } from '../me.js'

/** A member as people know them; one who was added by id is known by that alone. @param {any} member */
export function nameOf({ user_id, email }) {
  const { data } = me.value
  if (user_id !== null && user_id === data?.user.id) return email ?? data?.user.email ?? 'You'
  return email ?? `User ${user_id.slice(0, 8)}`
}

/** What somebody who is no admin any more has made, and that goes on. @param {any} answer @returns {string} */
export function whatIsLeft({ keys = [], endpoints = [], withdrawnInvites = [] }) {
  const names = [
    ...keys.map((/** @type {any} */ { name }) => `the key ${name}`),
    ...endpoints.map((/** @type {any} */ { url }) => `the endpoint ${url}`),
  ]
  return [
    names.length > 0 ? `Still working: ${names.join(', ')}.` : '',
    withdrawnInvites.length > 0
      ? `Invites taken back: ${withdrawnInvites.map((/** @type {any} */ { email, user_id }) => email ?? user_id).join(', ')}.`
      : '',
  ]
    .filter(Boolean)
    .join(' ')
}
