import { Button } from '../../components/button.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { Tabs } from '../../components/tabs.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { place } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { Page } from '../../shell/page.js'
import { noteOpen } from './count.js'
import { ImportChecklist } from './import-checklist.js'
import { Task } from './task.js'

/** Notifications that are about numbers to import, one or many of them. */
const imports = ['elevenlabs_import_required', 'batch_import_required']

/** What asks an operator to do something, as a list that gets shorter. */
export function Inbox() {
  const isDone = place.value.query.get('show') === 'done'
  const pages = usePages('/api/admin/notifications', 'notifications', {
    status: isDone ? 'resolved' : 'pending',
  })
  useFresh(['number.', 'call.failed', 'message.failed', 'organization.'], pages.reload)
  if (!isDone && pages.rows) noteOpen(pages.rows.length, pages.hasMore)
  const current = isDone ? '/inbox?show=done' : '/inbox'
  return html`<${Page} title="Inbox" subtitle="What needs a person. Most of it closes by itself once its cause is gone.">
    <${Tabs} label="Which" current=${current} tabs=${[
      { href: '/inbox', label: 'To do' },
      { href: '/inbox?show=done', label: 'Done' },
    ]} />
    <${Loaded} of=${pages} rows=${4}>
      ${() => (isDone ? html`<${Tasks} pages=${pages} />` : html`<${Open} pages=${pages} />`)}
    <//>
    ${pages.hasMore && html`<div class="more"><${Button} onClick=${pages.loadMore} isBusy=${pages.more.isLoading}>Show more<//></div>`}
    <${Failed} error=${pages.more.error} onRetry=${pages.loadMore} />
  <//>`
}

/** @param {{ pages: any }} props */
function Open({ pages }) {
  const toImport = pages.rows.filter((/** @type {any} */ { type }) => imports.includes(type))
  const rest = pages.rows.filter((/** @type {any} */ { type }) => !imports.includes(type))
  if (pages.rows.length === 0)
    return html`<${Empty} title="Nothing to do"><p>Numbers are imported, calls and texts arrive, the pool is full enough. What needs you appears here.</p><//>`
  return html`
    ${toImport.length > 0 && html`<${ImportChecklist} notifications=${toImport} reload=${pages.reload} />`}
    ${rest.length > 0 && html`<ul class="tasks">${rest.map((/** @type {any} */ row) => html`<${Task} key=${row.id} notification=${row} reload=${pages.reload} />`)}</ul>`}`
}

/** @param {{ pages: any }} props */
function Tasks({ pages }) {
  if (pages.rows.length === 0) return html`<${Empty} title="Nothing was done yet" />`
  return html`<ul class="tasks">${pages.rows.map((/** @type {any} */ row) => html`<${Task} key=${row.id} notification=${row} reload=${pages.reload} />`)}</ul>`
}
