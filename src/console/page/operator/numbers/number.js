import { Chip } from '../../components/chip.js'
import { Loaded } from '../../components/state.js'
import { Copy, Facts, Money, Phone, Time } from '../../components/values.js'
import { html } from '../../core/html.js'
import { useGet } from '../../core/resource.js'
import { linkTo } from '../../core/router.js'
import { useFresh } from '../../core/stream.js'
import { labelOf, phoneOf } from '../../core/words.js'
import { Page, Section } from '../../shell/page.js'
import { NumberActions } from './number-actions.js'

/** One number: what it is now, what can be done with it, and what became of it before. @param {{ number: string }} props */
export function NumberScreen({ number }) {
  const path = `/api/admin/phone-numbers/${encodeURIComponent(number)}`
  const history = useGet(`${path}/history`)
  useFresh(['number.'], history.reload, 10_000)
  const current = history.data?.numbers[0]
  return html`<${Page} title=${html`<${Phone} e164=${number} /> <${Copy} text=${number} label="the number" />`} name=${phoneOf(number)}
    back=${{ href: '/numbers', label: 'Numbers' }}
    subtitle=${current && html`<${Chip} status=${current.status} /> ${current.organization_name ?? ''}`}
    actions=${current && html`<${NumberActions} number=${current} reload=${history.reload} />`}>
    <${Loaded} of=${history}>
      ${(/** @type {any} */ { numbers }) => html`
        <${Now} number=${numbers[0]} />
        <${Section} title="Holders" hint="Who had this number, and when. Calls and texts stay with who had it then.">
          <${Holders} numbers=${numbers} />
        <//>
        <${Section} title="States"><${States} numbers=${numbers} /><//>`}
    <//>
  <//>`
}

/** @param {{ number: any }} props */
function Now({ number }) {
  const explain = linkTo(`/activity/explain?to=${encodeURIComponent(number.phone_number)}`)
  return html`<div class="card">
    <${Facts} rows=${[
      [
        'Organization',
        number.organization_id &&
          html`<a href=${linkTo(`/organizations/${number.organization_id}`)}>${number.organization_name}</a>`,
      ],
      ['Place', [number.area_code, number.region, number.country].filter(Boolean).join(' · ')],
      ['Texts', html`<${Chip} status=${number.sms_status} />`],
      [
        'Calls are answered by',
        number.inbound_voice &&
          labelOf(number.inbound_voice === 'server' ? 'this server' : 'ElevenLabs'),
      ],
      ['A month', html`<${Money} micros=${number.monthly_cost} />`],
      ['Last traffic', html`<${Time} at=${number.last_traffic_at} ago />`],
      [
        'Twilio SID',
        number.twilio_phone_sid &&
          html`<code>${number.twilio_phone_sid}</code> <${Copy} text=${number.twilio_phone_sid} label="the Twilio SID" />`,
      ],
      [
        'ElevenLabs id',
        number.elevenlabs_phone_id &&
          html`<code>${number.elevenlabs_phone_id}</code> <${Copy} text=${number.elevenlabs_phone_id} label="the ElevenLabs id" />`,
      ],
      ['Released after', number.release_at && html`<${Time} at=${number.release_at} />`],
    ].filter(([, value]) => value)} />
    <p class="card-foot"><a href=${explain}>Why does a call to it go where it goes?</a></p>
  </div>`
}

/** @param {{ numbers: any[] }} props */
function Holders({ numbers }) {
  const holders = numbers.flatMap((each) => each.holders)
  if (holders.length === 0) return html`<p class="quiet">No organization has had it.</p>`
  return html`<ol class="timeline">
    ${holders.map(
      (each, at) => html`<li key=${at} class=${each.ended_at ? '' : 'now'}>
        <a href=${linkTo(`/organizations/${each.organization_id}`)}>${each.organization_name}</a>
        <span class="quiet small"><${Time} at=${each.assigned_at} /> – ${each.ended_at ? html`<${Time} at=${each.ended_at} />` : 'now'}</span>
      </li>`,
    )}
  </ol>`
}

/** @param {{ numbers: any[] }} props */
function States({ numbers }) {
  const moments = numbers
    .flatMap((each) => [
      ['Ordered', each.created_at],
      ['Bought', each.bought_at],
      ['Settings verified', each.verified_at],
      ['Given up: quarantine began', each.quarantined_at],
      ['Released', each.released_at],
    ])
    .filter(([, at]) => at)
    .sort(([, one], [, other]) => (one < other ? 1 : -1))
  return html`<ol class="timeline">
    ${moments.map(([words, at]) => html`<li key=${`${words}${at}`}>${words} <span class="quiet small"><${Time} at=${at} /></span></li>`)}
  </ol>`
}
