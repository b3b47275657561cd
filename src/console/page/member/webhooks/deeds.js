import { confirmThen } from '../../components/dialog.js'
import { post, request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { go } from '../../core/router.js'
import { showSecret } from './new-endpoint.js'

/**
 * Does something to an endpoint only as it was read; where others have changed it, it is read again and shown.
 * @template T @param {() => Promise<T>} act @param {() => Promise<void>} reload
 */
async function asRead(act, reload) {
  try {
    return await act()
  } catch (error) {
    if (error instanceof Problem && error.code === 'precondition_failed') await reload()
    throw error
  }
}

/** @param {any} endpoint @param {string} path @param {() => Promise<void>} reload */
export function setStatus({ status, url, version }, path, reload) {
  const isActive = status === 'active'
  confirmThen({
    title: isActive ? 'Pause the endpoint' : 'Resume the endpoint',
    text: isActive
      ? html`<p><span class="break">${url}</span> gets nothing from then on. What happens meanwhile waits for it.</p>`
      : html`<p>What waits is sent to <span class="break strong">${url}</span>. Look at the address: whoever resumes an endpoint answers for it.</p>`,
    label: isActive ? 'Pause it' : 'Resume it',
    done: isActive ? 'The endpoint is paused' : 'The endpoint is active again',
    run: () =>
      asRead(
        () => request('PATCH', path, { body: { status: isActive ? 'paused' : 'active' }, version }),
        reload,
      ),
    after: reload,
  })
}

/** @param {any} endpoint @param {string} path @param {() => Promise<void>} reload */
export function rotateSecret({ version }, path, reload) {
  confirmThen({
    title: 'Make a new secret',
    text: html`<p>Events are signed by the new one at once. The earlier ones sign for a day, too: give the new one to your program until then.</p>`,
    label: 'Make it',
    run: async (key) => {
      const { secret } = await asRead(
        () => post(`${path}/rotate-secret`, undefined, { key, version }),
        reload,
      )
      queueMicrotask(() => showSecret(secret))
    },
    after: reload,
  })
}

/** @param {any} endpoint @param {string} path @param {string} all where the others are */
export function removeEndpoint({ url, version }, path, all) {
  confirmThen({
    title: 'Remove the endpoint',
    text: html`<p><span class="break strong">${url}</span> gets nothing any more, and its deliveries are gone. This cannot be undone.</p>`,
    label: 'Remove it',
    isDanger: true,
    done: 'The endpoint is removed',
    run: () => request('DELETE', path, { version }),
    after: () => go(all),
  })
}
