import { toast } from '../../../components/toast.js'
import { request } from '../../../core/api.js'
import { Problem } from '../../../core/problem.js'
import { besideField } from '../../beside-field.js'
import { apiOf } from '../../organization.js'
import { useVersionedForm } from '../../versioned/form.js'
import { readLine } from '../read-line.js'

/**
 * @typedef {{
 *   number: Record<string, any>, line: import('../read-line.js').Line, organizationId: string, isAdmin: boolean,
 *   reload: () => unknown,
 * }} NumberProps what each part gets
 */

/**
 * The form of one part of a number's settings. The API has no ETag of a number, so it is read again right before it
 * is saved: a screen that was opened long ago overwrites nothing.
 * @param {NumberProps} props
 * @param {{
 *   fields: import('../../versioned/form.js').FieldWords[], name: 'business_hours' | 'routing',
 *   valuesOf: (own: any) => Record<string, any>, ownOf: (values: any) => any,
 * }} part `name`: the setting; `valuesOf`: what the form shows of it, where null is the organization's
 */
export function useNumberPart(
  { number, organizationId, reload },
  { fields, name, valuesOf, ownOf },
) {
  const path = apiOf(organizationId, `/phone-numbers/${encodeURIComponent(number.phone_number)}`)
  const versioned = (/** @type {Record<string, any>} */ { settings }) => {
    const own = settings[name] ?? null
    return { values: valuesOf(own), version: JSON.stringify(own) }
  }
  const read = async () => {
    const { numbers } = await readLine(organizationId)
    const now = numbers.find(({ phone_number }) => phone_number === number.phone_number)
    if (!now) throw gone()
    return versioned(now)
  }
  return useVersionedForm({
    current: versioned(number),
    fields,
    read,
    async save(values, version) {
      if ((await read()).version !== version) throw stale()
      const { body } = await request('PATCH', path, {
        body: { settings: { [name]: ownOf(values) } },
      }).catch(besideField({ routing_unfit: `settings.${name}` }))
      return versioned(body.phoneNumber)
    },
    done() {
      toast('Saved')
      void reload()
    },
  })
}

const stale = () =>
  new Problem({ code: 'precondition_failed', status: 412, detail: 'It was changed meanwhile' })

const gone = () =>
  new Problem({
    code: 'phone_number_not_found',
    status: 404,
    detail: 'This number is not yours any more',
  })
