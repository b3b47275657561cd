import { Button } from '../../components/button.js'
import { Chip } from '../../components/chip.js'
import { Empty, Failed, Loaded } from '../../components/state.js'
import { get } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { useGet, useResource } from '../../core/resource.js'
import { useFresh } from '../../core/stream.js'
import { labelOf } from '../../core/words.js'
import { Page, Section } from '../../shell/page.js'
import { Carriers } from './carriers.js'
import { Loops } from './loops.js'
import { samplesOf } from './metrics.js'
import { Sweep } from './sweep.js'

/** Whether the deployment is well: what it checks itself, and what the sweep has found. */
export function Health() {
  const ready = useResource(readiness, [])
  const health = useGet('/api/admin/health')
  const version = useGet('/livez')
  const metrics = useResource(
    async (signal) => ({
      samples: samplesOf(await get('/metrics', {}, signal)),
      readAt: Date.now(),
    }),
    [],
  )
  const checkAgain = () => Promise.all([ready.reload(), health.reload(), metrics.reload()])
  useFresh([], () => Promise.all([ready.reload(), metrics.reload()]), 30_000)
  return html`<${Page} title="Health" subtitle=${version.data && `Release ${version.data.version}`} actions=${html`<${Button} icon="refresh" isBusy=${ready.isLoading || health.isLoading} onClick=${() => void checkAgain()}>Check again<//>`}>
    <${Section} title="Checks">
      <${Checks} ready=${ready} health=${health} />
    <//>
    <${Sweep} />
    <${Loaded} of=${metrics}>
      ${(/** @type {any} */ now) => html`<${Carriers} samples=${now.samples} /><${Loops} samples=${now.samples} readAt=${now.readAt} />`}
    <//>
  <//>`
}

/** What a balancer asks: the server takes requests, and its database answers. @param {AbortSignal} signal */
async function readiness(signal) {
  try {
    await get('/readyz', {}, signal)
    return {
      check: 'server',
      outcome: 'ok',
      seen: 'The server takes requests, and its database answers and fits this release.',
    }
  } catch (error) {
    if (!(error instanceof Problem)) throw error
    return { check: 'server', outcome: 'error', seen: error.message }
  }
}

/** @param {{ ready: any, health: any }} props */
function Checks({ ready, health }) {
  const checks = [...(ready.data ? [ready.data] : []), ...(health.data?.checks ?? [])]
  return html`
    ${health.error && html`<${Failed} error=${health.error} onRetry=${health.reload} />`}
    <${Loaded} of=${ready} rows=${2}>
      ${() =>
        checks.length === 0
          ? html`<${Empty} title="Nothing to check" />`
          : html`<ul class="checks card">
        ${checks.map(
          ({ check, outcome, seen, remedy }) => html`<li key=${`${check} ${seen}`}>
          <${Chip} status=${outcome} label=${{ ok: 'OK', warning: 'Warning', error: 'Error' }[/** @type {string} */ (outcome)]} />
          <div><h3>${nameOf(check)}</h3><p>${seen}</p>${remedy && html`<p class="quiet">${remedy}</p>`}</div>
        </li>`,
        )}
      </ul>`}
    <//>`
}

/** A check's name as its vendor writes it. @param {string} check */
const nameOf = (check) =>
  labelOf(check)
    .replace('Elevenlabs', 'ElevenLabs')
    .replace(/\burl(s?)\b/, 'URL$1')
