import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { get } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { useGet, useResource } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { Page, Section } from '../../shell/page.js'
import { Sweep } from './sweep.js'

/** Whether the deployment is well: what it checks itself, and what the sweep has found. */
export function Health() {
  const ready = useResource(readiness, [])
  const health = useGet('/api/admin/health')
  const checkAgain = () => Promise.all([ready.reload(), health.reload()])
  useFresh([], ready.reload, 30_000)
  return html`<${Page} title="Health" actions=${html`<${Button} icon="refresh" isBusy=${ready.isLoading || health.isLoading} onClick=${() => void checkAgain()}>Check again<//>`}>
    <${Section} title="Checks">
      <${Checks} ready=${ready} health=${health} />
    <//>
    <${Sweep} />
  <//>`
}

/** What a balancer asks: the server takes requests, and its database answers. @param {AbortSignal} signal */
async function readiness(signal) {
  try {
    await get('/readyz', {}, signal)
    return {
      name: 'Server and database',
      status: 'ok',
      detail: 'The server takes requests, and its database answers and fits this release.',
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { name: 'Server and database', status: 'error', detail: error.message }
  }
}

/** @param {{ ready: any, health: any }} props */
function Checks({ ready, health }) {
  const isMissing = health.error instanceof Problem && health.error.status === 404
  const checks = [...(ready.data ? [ready.data] : []), ...(health.data?.checks ?? [])]
  return html`
    ${health.error && !isMissing && html`<${Failed} error=${health.error} onRetry=${health.reload} />`}
    <${Loaded} of=${ready} rows=${2}>
      ${() =>
        checks.length === 0
          ? html`<${Empty} title="Nothing to check" />`
          : html`<ul class="checks card">
        ${checks.map(
          ({ name, status, detail, remedy }) => html`<li key=${name}>
          <${Chip} status=${status} label=${{ ok: 'OK', warning: 'Warning', error: 'Error' }[/** @type {string} */ (status)]} />
          <div><h3>${name}</h3><p>${detail}</p>${remedy && html`<p class="quiet">${remedy}</p>`}</div>
        </li>`,
        )}
      </ul>`}
    <//>`
}
