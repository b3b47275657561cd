import { Button } from '../../components/button.js'
import { toast } from '../../components/toast.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { besideField } from '../beside-field.js'
import { apiOf } from '../organization.js'
import { Conflict } from '../versioned/conflict.js'
import { useVersionedForm } from '../versioned/form.js'
import { read } from './read.js'

/**
 * The form of one part of the settings.
 * @param {import('./read.js').PartProps} props
 * @param {{
 *   fields: import('../versioned/form.js').FieldWords[],
 *   valuesOf: (organization: any) => Record<string, any>,
 *   bodyOf: (values: any) => Record<string, any>,
 *   beside?: Record<string, string>,
 * }} part `bodyOf`: what the PATCH says; `beside`: the field that a code without one is about
 */
export function usePart(
  { settings, organizationId, saved },
  { fields, valuesOf, bodyOf, beside = {} },
) {
  const { organization, version } = settings
  return useVersionedForm({
    current: { values: valuesOf(organization), version },
    fields,
    async read() {
      const now = await read(organizationId)
      return { values: valuesOf(now.organization), version: now.version }
    },
    save: (values, version) =>
      request('PATCH', apiOf(organizationId), { body: bodyOf(values), version }).catch(
        besideField(beside),
      ),
    done(answer) {
      toast('Saved')
      saved(answer)
    },
  })
}

/**
 * Its frame: the fields, and what is done with them.
 * @param {{ form: ReturnType<typeof useVersionedForm>, isAdmin: boolean, title: string, hint?: any, children: any }} props
 */
export function PartForm({ form, isAdmin, title, hint, children }) {
  return html`<form class="card part" ref=${form.form} onSubmit=${form.onSubmit} aria-label=${title} novalidate>
    <header><h2>${title}</h2>${hint && html`<p class="quiet">${hint}</p>`}</header>
    <fieldset class="form" disabled=${!isAdmin}>${children}</fieldset>
    <${Conflict} form=${form} />
    ${
      isAdmin &&
      html`<div class="form-actions">
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy} disabled=${!form.isChanged}>Save<//>
        ${form.isChanged && html`<${Button} kind="quiet" onClick=${form.undo}>Undo<//><span class="quiet small">Not saved yet</span>`}
      </div>`
    }
  </form>`
}
