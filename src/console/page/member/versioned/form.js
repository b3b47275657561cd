import { useEffect, useRef, useState } from 'preact/hooks'
import { useForm } from '../../components/form.js'
import { Problem } from '../../core/problem.js'

/**
 * @typedef {{ values: Record<string, any>, version: string | null }} Versioned what was read, with its ETag
 * @typedef {{ name: string, label: string, show?: (value: any) => string }} FieldWords `show`: its value in words
 * @typedef {{ label: string, was: string, is: string, own: string }} Difference
 */

/**
 * A form whose screen may be stale: it is saved only over what was read. Where others have changed something of
 * it meanwhile, that is shown, and the person decides; where they changed something else, it is saved.
 * @param {{
 *   current: Versioned, fields: FieldWords[], read: () => Promise<Versioned>,
 *   save: (values: Record<string, any>, version: string | null) => Promise<any>, done: (result: any) => void,
 * }} options `current`: as the screen knows it; untouched forms follow it
 */
export function useVersionedForm({ current, fields, read, save, done }) {
  const base = useRef(current)
  const [conflict, setConflict] = useState(
    /** @type {{ now: Versioned, differences: Difference[] } | null} */ (null),
  )
  const form = useForm({
    initial: current.values,
    send: async (values) => {
      setConflict(null)
      for (;;) {
        try {
          const answer = await save(values, base.current.version)
          base.current = { values, version: answer.version ?? null }
          return answer
        } catch (error) {
          if (!(error instanceof Problem) || error.code !== 'precondition_failed') throw error
          const now = await read()
          const differences = differencesOf(fields, base.current.values, now.values, values)
          if (differences.length > 0) {
            setConflict({ now, differences })
            throw error
          }
          base.current = now
        }
      }
    },
    done,
  })
  useEffect(() => {
    const isTouched = !isSame(form.values, base.current.values)
    if (isTouched) return
    base.current = current
    form.setValues(current.values)
  }, [current.version])

  const takeTheirs = () => {
    if (!conflict) return
    base.current = conflict.now
    form.setValues(conflict.now.values)
    setConflict(null)
  }
  /** The next save is over what is there now. */
  const keepMine = () => {
    if (!conflict) return
    base.current = conflict.now
    setConflict(null)
    form.form.current?.requestSubmit()
  }
  const isChanged = !isSame(form.values, base.current.values)
  const undo = () => form.setValues(base.current.values)
  return { ...form, conflict, takeTheirs, keepMine, isChanged, undo }
}

/**
 * What others have changed, where it is not what is asked for anyway.
 * @param {FieldWords[]} fields @param {Record<string, any>} was @param {Record<string, any>} is
 * @param {Record<string, any>} own @returns {Difference[]}
 */
function differencesOf(fields, was, is, own) {
  return fields
    .filter(({ name }) => !isSame(was[name], is[name]) && !isSame(is[name], own[name]))
    .map(({ name, label, show = (value) => String(value || '–') }) => ({
      label,
      was: show(was[name]),
      is: show(is[name]),
      own: show(own[name]),
    }))
}

/** @param {unknown} one @param {unknown} other */
const isSame = (one, other) => JSON.stringify(one) === JSON.stringify(other)
