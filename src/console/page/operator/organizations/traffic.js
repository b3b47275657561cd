import { Empty } from '../../components/state.js'
import { PagedTable } from '../../components/table.js'
import { html } from '../../core/html.js'
import { usePages } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Section } from '../../shell/page.js'
import { columnsOf } from '../activity/columns.js'

/** The calls and texts of one organization. @param {{ organization: any }} props */
export function Traffic({ organization }) {
  const base = `/api/organizations/${organization.id}`
  const calls = usePages(`${base}/calls`, 'calls', { limit: 25 })
  const texts = usePages(`${base}/messages`, 'messages', { limit: 25 })
  useFresh(['call.', 'voicemail.'], calls.reload)
  useFresh(['message.'], texts.reload)
  return html`
    <${Section} title="Calls">
      <${PagedTable} of=${calls} label="Calls" columns=${columnsOf('call')} empty=${html`<${Empty} title="No calls yet" icon="phone" />`} />
    <//>
    <${Section} title="Texts">
      <${PagedTable} of=${texts} label="Texts" columns=${columnsOf('text')} empty=${html`<${Empty} title="No texts yet" icon="activity" />`} />
    <//>`
}
