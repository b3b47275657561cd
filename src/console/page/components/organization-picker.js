import { useEffect, useId, useRef, useState } from 'preact/hooks'
import { get } from '../core/api.js'
import { html } from '../core/html.js'
import { isAbort } from '../core/problem.js'

/**
 * Finds an organization by its name, slug, e-mail or number, and answers its id.
 * @param {{ label: string, value: string, onValue: (id: string) => void, error?: string, hint?: string }} props
 */
export function OrganizationPicker({ label, value, onValue, error, hint }) {
  const id = useId()
  const [typed, setTyped] = useState('')
  const [found, setFound] = useState(
    /** @type {{ id: string, name: string, email: string }[]} */ ([]),
  )
  const running = useRef(/** @type {AbortController | undefined} */ (undefined))

  // An id that came by the address has a name, too.
  useEffect(() => {
    if (!value || typed) return
    const own = new AbortController()
    get(`/api/organizations/${value}`, {}, own.signal).then(
      (answer) => setTyped(answer.organization?.name ?? ''),
      () => {},
    )
    return () => own.abort()
  }, [value])

  const search = async (/** @type {string} */ words) => {
    setTyped(words)
    const chosen = found.find(({ name, email }) => words === optionOf({ name, email }))
    if (chosen) {
      setTyped(chosen.name)
      return onValue(chosen.id)
    }
    if (value) onValue('')
    running.current?.abort()
    if (words.trim().length < 2) return setFound([])
    running.current = new AbortController()
    try {
      const answer = await get(
        '/api/admin/organizations',
        { search: words, limit: 10 },
        running.current.signal,
      )
      setFound(answer.organizations)
      const only = answer.organizations.filter(
        (/** @type {any} */ { name }) => name.toLowerCase() === words.trim().toLowerCase(),
      )
      if (only.length === 1) onValue(only[0].id)
    } catch (problem) {
      if (!isAbort(problem)) setFound([])
    }
  }
  return html`<div class="field">
    <label for=${id}>${label}</label>
    <input id=${id} type="search" autocomplete="off" list=${`${id}-list`} value=${typed} placeholder="Name, e-mail or number"
      aria-invalid=${error ? 'true' : undefined} aria-describedby=${[!value && hint && `${id}-hint`, error && `${id}-error`].filter(Boolean).join(' ') || undefined}
      onInput=${(/** @type {any} */ event) => void search(event.currentTarget.value)} />
    <datalist id=${`${id}-list`}>${found.map((each) => html`<option key=${each.id} value=${optionOf(each)} />`)}</datalist>
    ${value && typed && html`<p class="hint" role="status">Chosen: ${typed}</p>`}
    ${!value && hint && html`<p id=${`${id}-hint`} class="hint">${hint}</p>`}
    ${error && html`<p id=${`${id}-error`} class="field-error">${error}</p>`}
  </div>`
}

/** @param {{ name: string, email: string }} organization */
const optionOf = ({ name, email }) => `${name} · ${email}`
