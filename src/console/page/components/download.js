import { useAction } from '../core/action.js'
import { request } from '../core/api.js'
import { html } from '../core/html.js'
import { Button } from './button.js'
import { Failed } from './state.js'

/** The month as CSV, for a spreadsheet. @param {{ path: string, month: string }} props */
export function Download({ path, month }) {
  const { act, isBusy, error } = useAction(async () => {
    const { body } = await request('GET', path, { query: { month, format: 'csv' } })
    const url = URL.createObjectURL(new Blob([body], { type: 'text/csv' }))
    const link = document.createElement('a')
    link.href = url
    link.download = `costs-${month}.csv`
    link.click()
    URL.revokeObjectURL(url)
  })
  return html`<${Button} isBusy=${isBusy} onClick=${() => void act()}>Download CSV<//><${Failed} error=${error} />`
}
