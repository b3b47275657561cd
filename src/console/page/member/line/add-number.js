import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'
import { besideField } from '../beside-field.js'
import { apiOf } from '../organization.js'

/** One more number. @param {{ organizationId: string, close: () => void, after: () => unknown }} props */
export function AddNumber({ organizationId, close, after }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { areaCode: '', country: '' },
    send: ({ areaCode, country }, key) => {
      const body = {
        ...(areaCode.trim() && { areaCode: areaCode.trim() }),
        ...(country && { country }),
      }
      return post(apiOf(organizationId, '/phone-numbers'), body, { key }).catch(
        besideField({ area_code_invalid: 'areaCode', area_code_not_supported: 'areaCode' }),
      )
    },
    done({ phoneNumber }) {
      close()
      toast(phoneNumber ? `${phoneOf(phoneNumber)} is yours` : 'A number is on its way')
      after()
    },
  })
  return html`<${Dialog} title="Add a number" close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <p>It costs rent every month, as your costs show. Your agent answers it as it answers the first.</p>
      <div class="form-row">
        <${Field} label="Area code (optional)" inputmode="numeric" placeholder="604" ...${field('areaCode')} />
        <${Field} label="Country" options=${[['', 'Any'], ['CA', 'Canada'], ['US', 'United States']]} ...${field('country')} />
      </div>
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>${isBusy ? 'Getting it…' : 'Add it'}<//>
      </div>
    </form>
  <//>`
}
