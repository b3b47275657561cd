import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { toast } from '../../components/toast.js'
import { request } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Conflict } from './conflict.js'
import { useVersionedForm } from './form.js'

/**
 * The form of a dialog in which one thing of the API is changed, as it was read.
 * @param {{
 *   path: string, name: string, current: any, valuesOf: (thing: any) => Record<string, any>,
 *   fields: import('./form.js').FieldWords[], method: 'PATCH' | 'PUT', bodyOf: (values: any) => object,
 *   refused: (error: unknown) => never, close: () => void, after: () => unknown,
 * }} edit `name`: what an answer has it under; `current`: as it was read, with its `version`; `refused`: puts a refusal
 * beside its field
 */
export function useEdit({
  path,
  name,
  current,
  valuesOf,
  fields,
  method,
  bodyOf,
  refused,
  ...then
}) {
  return useVersionedForm({
    current: { values: valuesOf(current), version: current.version },
    fields,
    async read() {
      const { body, version } = await request('GET', path)
      return { values: valuesOf(body[name]), version }
    },
    save: (values, version) =>
      request(method, path, { body: bodyOf(values), version }).catch(refused),
    done() {
      then.close()
      toast('Saved')
      then.after()
    },
  })
}

/** Its dialog, around the fields. @param {{ title: string, form: ReturnType<typeof useEdit>, close: () => void, children: any }} props */
export function EditDialog({ title, form, close, children }) {
  return html`<${Dialog} title=${title} close=${close}>
    <form class="form" ref=${form.form} onSubmit=${form.onSubmit} novalidate>
      ${children}
      <${Conflict} form=${form} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${form.isBusy}>Save<//>
      </div>
    </form>
  <//>`
}
