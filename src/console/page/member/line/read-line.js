import { get } from '../../core/api.js'
import { apiOf } from '../organization.js'

/**
 * @typedef {{
 *   organization: Record<string, any>, nextSteps: string[], numbers: Record<string, any>[],
 * }} Line `numbers`: the default first; `line`: active where calls are answered by the wanted agent; `agentName`: whose
 */

/** What an organization's line is at. @param {string} organizationId @param {AbortSignal} [signal] @returns {Promise<Line>} */
export async function readLine(organizationId, signal) {
  const query = { organizationId, limit: 200 }
  const [{ organization, nextSteps }, held, lines, { agents }] = await Promise.all([
    get(apiOf(organizationId), {}, signal),
    get(apiOf(organizationId, '/phone-numbers'), { limit: 200 }, signal),
    get('/api/agents/phone-numbers', query, signal),
    get('/api/agents', query, signal),
  ])
  const lineOf = new Map(
    lines.phone_numbers.map((/** @type {any} */ each) => [each.phone_number, each.status]),
  )
  const nameOf = new Map(
    agents.map((/** @type {any} */ { agent_id, agent_name }) => [agent_id, agent_name]),
  )
  const isDefault = (/** @type {any} */ { phone_number }) =>
    phone_number === organization.defaultPhoneNumber
  const numbers = held.phoneNumbers
    .map((/** @type {any} */ each) => ({
      ...each,
      line: lineOf.get(each.phone_number) ?? 'pending',
      agentName: nameOf.get(each.agent_id) ?? 'Default agent',
    }))
    .toSorted(
      (/** @type {any} */ one, /** @type {any} */ other) =>
        Number(isDefault(other)) - Number(isDefault(one)),
    )
  return { organization, nextSteps, numbers }
}
