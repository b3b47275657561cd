import { useEffect, useRef, useState } from 'preact/hooks'
import { get } from '../../core/api.js'
import { useLive } from '../../core/stream.js'
import { apiOf } from '../organization.js'

/** So many are asked for one by one at the same time. */
const AT_ONCE = 4

/**
 * The contacts of these ids, as they come in: the newest by one request, the others one by one.
 * @param {string} organizationId @param {string[]} ids
 */
export function useContacts(organizationId, ids) {
  const [byId, setById] = useState(/** @type {Record<string, any>} */ ({}))
  const asked = useRef(new Set(/** @type {string[]} */ ([])))
  const add = (/** @type {any[]} */ contacts) =>
    setById((now) => ({ ...now, ...Object.fromEntries(contacts.map((each) => [each.id, each])) }))
  const path = apiOf(organizationId, '/contacts')

  const read = async (/** @type {string[]} */ wanted) => {
    const missing = new Set(wanted.filter((id) => !asked.current.has(id)))
    for (const id of missing) asked.current.add(id)
    if (missing.size > AT_ONCE) {
      const { contacts } = await get(path, { limit: 200 })
      add(contacts)
      for (const { id } of contacts) missing.delete(id)
    }
    const queue = [...missing]
    const work = async () => {
      for (let id = queue.pop(); id; id = queue.pop()) {
        const own = id
        // One that is gone, or cannot be read now, is shown by its number.
        const answer = await get(`${path}/${own}`).catch(() => asked.current.delete(own))
        if (answer.contact) add([{ ...answer.contact, id: own }])
      }
    }
    await Promise.all(Array.from({ length: AT_ONCE }, work))
  }
  useEffect(() => void read(ids).catch(() => {}), [ids.join()])
  useLive(['contact.'], ({ data }) => {
    asked.current.delete(data.id)
    void read([data.id]).catch(() => {})
  })
  return { byId, keep: (/** @type {any} */ contact) => add([contact]) }
}
