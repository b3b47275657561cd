import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { OrganizationPicker } from '../../components/organization-picker.js'
import { Failed } from '../../components/state.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { go } from '../../core/router.js'
import { phoneOf } from '../../core/words.js'

/** Takes in a number that was bought in Twilio's console. @param {{ close: () => void, reload: () => unknown }} props */
export function EnterNumber({ close, reload }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { phoneNumber: '', organizationId: '', elevenLabsPhoneId: '' },
    send: (values, key) => {
      const given = Object.entries(values).filter(([, value]) => value.trim() !== '')
      return post('/api/admin/phone-numbers', Object.fromEntries(given), { key })
    },
    done: ({ phoneNumber }) => {
      close()
      toast(`${phoneOf(phoneNumber)} is entered`)
      reload()
      if (phoneNumber) go(`/numbers/${encodeURIComponent(phoneNumber)}`)
    },
  })
  return html`<${Dialog} title="Enter a number" close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <p class="quiet">For a number that you have bought in Twilio’s console, in the account of this server. The server checks that it is there, sets it up, and pays nothing.</p>
      <${Field} label="Number" type="tel" autocomplete="off" placeholder="+1 604 555 0123" ...${field('phoneNumber')} />
      <${OrganizationPicker} label="For which organization" hint="Leave it empty for the pool." ...${field('organizationId')} />
      <${Field} label="ElevenLabs id" autocomplete="off" placeholder="phnum_…" hint="Only if it is imported there already." ...${field('elevenLabsPhoneId')} />
      <${Failed} error=${problem} />
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Enter<//>
      </div>
    </form>
  <//>`
}
