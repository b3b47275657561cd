import { useRef, useState } from 'preact/hooks'
import { Problem } from './problem.js'

/**
 * Something that a person does, once for however many clicks. `run` gets the Idempotency-Key for its POST: the
 * same one until it is known to have worked, or something else is asked for, so that trying again after a lost
 * answer does nothing twice.
 * @template {unknown[]} A
 * @template T
 * @param {(key: string, ...input: A) => Promise<T>} run
 * @param {(result: T) => void} [done]
 */
export function useAction(run, done) {
  const [state, setState] = useState(
    /** @type {{ isBusy: boolean, error: unknown }} */ ({ isBusy: false, error: undefined }),
  )
  const busy = useRef(false)
  const asked = useRef({ key: '', input: '' })

  /** @param {A} input @returns {Promise<boolean>} whether it was done */
  const act = async (...input) => {
    if (busy.current) return false
    busy.current = true
    const now = JSON.stringify(input)
    if (asked.current.key === '' || asked.current.input !== now)
      asked.current = { key: crypto.randomUUID(), input: now }
    setState({ isBusy: true, error: undefined })
    try {
      const result = await run(asked.current.key, ...input)
      asked.current = { key: '', input: '' }
      busy.current = false
      setState({ isBusy: false, error: undefined })
      done?.(result)
      return true
    } catch (error) {
      busy.current = false
      // A refusal did nothing, and is kept under its key: the next try is another.
      if (
        error instanceof Problem &&
        error.status < 500 &&
        error.code !== 'idempotency_in_progress'
      )
        asked.current = { key: '', input: '' }
      setState({ isBusy: false, error })
      return false
    }
  }
  const forget = () => setState({ isBusy: busy.current, error: undefined })
  return { act, isBusy: state.isBusy, error: state.error, forget }
}
