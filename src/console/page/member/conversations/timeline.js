import { Button } from '../../components/button.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { html } from '../../core/html.js'
import { dayOf } from '../../core/words.js'
import { CallEntry } from './entries/call-entry.js'
import { TextEntry } from './entries/text-entry.js'

/** Calls and texts, the oldest first, under the day they were on. @param {{ of: any, organizationId: string }} props `of`: of usePages */
export function Timeline({ of, organizationId }) {
  return html`<${Loaded} of=${of}>
    ${() => {
      if (of.rows.length === 0)
        return html`<${Empty} title="Nothing yet" icon="activity"><p>Write the first text below.</p><//>`
      const entries = of.rows.toReversed()
      return html`
        ${of.hasMore && html`<div class="more"><${Button} onClick=${of.loadMore} isBusy=${of.more.isLoading}>Show earlier<//></div>`}
        <${Failed} error=${of.more.error} onRetry=${of.loadMore} />
        <ol class="entries">
          ${entries.map((/** @type {any} */ entry, /** @type {number} */ at) => {
            const day = dayOf(entry.at)
            const isNewDay = at === 0 || dayOf(entries[at - 1].at) !== day
            return html`${isNewDay && html`<li key=${`day-${entry.id}`} class="day">${day}</li>`}
              ${
                entry.channel === 'sms'
                  ? html`<${TextEntry} key=${entry.id} entry=${entry} />`
                  : html`<${CallEntry} key=${entry.id} entry=${entry} organizationId=${organizationId} />`
              }`
          })}
        </ol>`
    }}
  <//>`
}
