import { confirmThen } from '../../../components/dialog.js'
import { request } from '../../../core/api.js'
import { html } from '../../../core/html.js'
import { phoneOf } from '../../../core/words.js'
import { apiOf } from '../../organization.js'

/** @typedef {{ organizationId: string, reload: () => unknown }} Deeds */

/** Gives a number up, once that was confirmed. @param {Record<string, any>} row @param {Deeds} deeds */
export function giveUp({ phone_number: number }, { organizationId, reload }) {
  const words = phoneOf(number)
  confirmThen({
    title: `Give up ${words}`,
    text: html`<p>Nobody answers it from then on: calls and texts of your customers are lost.</p>
      <p>You can restore it for some days. Then it is gone for good, and may become somebody else’s.</p>`,
    label: 'Give it up',
    isDanger: true,
    done: `${words} is given up; it can be restored for some days`,
    run: () =>
      request('DELETE', apiOf(organizationId, `/phone-numbers/${encodeURIComponent(number)}`)),
    after: reload,
  })
}

/** Takes it back, while it can be. @param {Record<string, any>} row @param {Deeds} deeds */
export function restore({ phone_number: number }, { organizationId, reload }) {
  const words = phoneOf(number)
  const path = apiOf(organizationId, `/phone-numbers/${encodeURIComponent(number)}/restore`)
  confirmThen({
    title: `Restore ${words}`,
    text: html`<p>It is yours again, and answers as before.</p>`,
    label: 'Restore it',
    done: `${words} is yours again`,
    run: (key) => request('POST', path, { key }),
    after: reload,
  })
}
