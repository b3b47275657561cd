import { Button } from '../../components/button.js'
import { Field, useForm } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { phoneOf } from '../../core/words.js'

/** Takes the id that ElevenLabs gave a number. @param {{ number: string, done: () => unknown }} props */
export function ActivateForm({ number, done }) {
  const { field, form, onSubmit, isBusy, error, problem } = useForm({
    initial: { elevenLabsPhoneId: '' },
    send: ({ elevenLabsPhoneId }, key) =>
      post(
        `/api/admin/phone-numbers/${encodeURIComponent(number)}/activate`,
        { elevenLabsPhoneId: elevenLabsPhoneId.trim() },
        { key },
      ),
    done: ({ status }) => {
      toast(
        status === 'assigned' || status === 'configured'
          ? `${phoneOf(number)} is active`
          : `${phoneOf(number)} is being verified`,
      )
      done()
    },
  })
  const own = field('elevenLabsPhoneId')
  return html`<form class="inline-form" ref=${form} onSubmit=${onSubmit} novalidate>
    <${Field} label=${`ElevenLabs id of ${phoneOf(number)}`} placeholder="phnum_…" autocomplete="off" class="bare" ...${own} error=${own.error ?? (error ? problem : undefined)} />
    <${Button} type="submit" kind="primary" isBusy=${isBusy}>Activate<//>
  </form>`
}
