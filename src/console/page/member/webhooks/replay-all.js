import { Button } from '../../components/button.js'
import { Dialog } from '../../components/dialog.js'
import { Field, useForm } from '../../components/form.js'
import { toast } from '../../components/toast.js'
import { post } from '../../core/api.js'
import { html } from '../../core/html.js'
import { Problem } from '../../core/problem.js'
import { countOf, timeOf } from '../../core/words.js'

/** Sends all events since a time again. @param {{ path: string, close: () => void, after: () => unknown }} props */
export function ReplayAll({ path, close, after }) {
  const { field, form, onSubmit, isBusy, problem } = useForm({
    initial: { since: '' },
    async send({ since }, key) {
      // An input of this kind has no zone: it is the viewer's.
      const at = new Date(since)
      if (Number.isNaN(at.getTime())) throw noTime()
      return post(`${path}/replay`, { since: at.toISOString() }, { key })
    },
    done({ count, nextSince }) {
      close()
      toast(
        `${countOf(count, 'event')} sent again${nextSince ? `; go on from ${timeOf(nextSince)}` : ''}`,
      )
      after()
    },
  })
  return html`<${Dialog} title="Send events again" close=${close}>
    <form class="form" ref=${form} onSubmit=${onSubmit} novalidate>
      <p>The endpoint gets every event since then once more, those it took, too. Their ids stay the same.</p>
      <${Field} label="Since" type="datetime-local" hint="In your own time zone." ...${field('since')} />
      ${problem && html`<p class="field-error" role="alert">${problem}</p>`}
      <div class="dialog-actions">
        <${Button} onClick=${close}>Cancel<//>
        <${Button} type="submit" kind="primary" isBusy=${isBusy}>Send again<//>
      </div>
    </form>
  <//>`
}

const noTime = () =>
  new Problem({
    code: 'validation_failed',
    status: 400,
    detail: 'Choose a time',
    errors: [{ path: 'since', message: 'Choose a time' }],
  })
