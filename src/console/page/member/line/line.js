import { Button } from '../../components/button.js'
import { openDialog } from '../../components/dialog.js'
import { Empty, Loaded } from '../../components/state.js'
import { html } from '../../core/html.js'
import { useResource } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page, Section } from '../../shell/page.js'
import { AddNumber } from './add-number.js'
import { LineHead } from './line-head.js'
import { Missing } from './missing.js'
import { NumberTable } from './number-table.js'
import { readLine } from './read-line.js'

/** What an organization's line is at: whether customers reach it, and who does what is missing. */
export function LineScreen(/** @type {import('../organization.js').InOrganization} */ props) {
  const { organizationId, isAdmin } = props
  const line = useResource((signal) => readLine(organizationId, signal), [organizationId])
  useFresh(['number.'], line.reload, isUnfinished(line.data) ? 4_000 : 30_000)
  const add = () =>
    openDialog(
      (close) =>
        html`<${AddNumber} organizationId=${organizationId} close=${close} after=${line.reload} />`,
    )
  const action = isAdmin && html`<${Button} icon="number" onClick=${add}>Add a number<//>`
  return html`<${Page} title="Line" subtitle=${props.organization.name} actions=${action}>
    <${Loaded} of=${line}>
      ${(/** @type {import('./read-line.js').Line} */ data) => html`
        <${LineHead} line=${data} />
        <${Missing} line=${data} organizationId=${organizationId} isAdmin=${isAdmin} />
        <${Section} title="Numbers">
          ${
            data.numbers.length === 0
              ? html`<${Empty} title="No numbers" icon="number"><p>${isAdmin ? 'Add one, and an agent answers it for you.' : 'Ask an admin to add one.'}</p><//>`
              : html`<${NumberTable} line=${data} organizationId=${organizationId} isAdmin=${isAdmin} reload=${line.reload} />`
          }
        <//>`}
    <//>
  <//>`
}

/** Something is being set up: looked at more often. @param {import('./read-line.js').Line | undefined} line */
function isUnfinished(line) {
  return (
    line?.organization.phoneNumberStatus === 'pending' ||
    line?.numbers.some((each) => each.line === 'pending')
  )
}
