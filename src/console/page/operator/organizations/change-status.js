import { Button } from '../../components/button.js'
import { confirmThen } from '../../components/dialog.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'

/** Suspends an organization, or resumes it: as it was shown, and not as somebody made it since. @param {{ organization: any, reload: () => Promise<void> }} props */
export function ChangeStatus({ organization, reload }) {
  const { id, name, status, version } = organization
  const change = async (/** @type {string} */ next) => {
    try {
      await request('PATCH', `/api/organizations/${id}`, { body: { status: next }, version })
    } catch (error) {
      if (!(error instanceof Problem) || error.code !== 'precondition_failed') throw error
      const now = (await request('GET', `/api/organizations/${id}`)).body.organization
      await reload()
      throw new Problem({
        code: error.code,
        status: error.status,
        detail: `Somebody has changed this organization since you opened it: ${differencesOf(organization, now)}. Nothing was done; look at it as it is now, and try again if you still want to.`,
      })
    }
  }
  const suspend = () =>
    confirmThen({
      title: `Suspend ${name}?`,
      text: html`<p>Its numbers go silent: callers hear that they are not in service, and texts are refused. It keeps its numbers, and pays for them.</p><p>You can resume it at any time.</p>`,
      label: 'Suspend',
      isDanger: true,
      done: `${name} is suspended`,
      run: () => change('suspended'),
      after: reload,
    })
  const resume = () =>
    confirmThen({
      title: `Resume ${name}?`,
      text: html`<p>Its numbers answer again, as before.</p>`,
      label: 'Resume',
      done: `${name} is active`,
      run: () => change('active'),
      after: reload,
    })
  return status === 'suspended'
    ? html`<${Button} kind="primary" onClick=${resume}>Resume<//>`
    : html`<${Button} kind="danger" onClick=${suspend}>Suspend<//>`
}

/** What of an organization is another now, in words. @param {any} before @param {any} now */
function differencesOf(before, now) {
  const fields = [
    ['name', 'its name'],
    ['status', 'its status'],
    ['email', 'its e-mail'],
    ['phoneNumber', 'its number'],
  ]
  const found = fields
    .filter(([field]) => before[field ?? ''] !== now[field ?? ''])
    .map(
      ([field, words]) =>
        `${words} is “${now[field ?? ''] ?? 'none'}” now, and was “${before[field ?? ''] ?? 'none'}”`,
    )
  if (JSON.stringify(before.settings) !== JSON.stringify(now.settings))
    found.push('its settings are others')
  return found.join('; ') || 'something that is not shown here'
}
