import { request } from '../../core/api.js'
import { apiOf } from '../organization.js'

/** @typedef {{ organization: Record<string, any>, version: string | null }} Settings as they were read */

/**
 * @typedef {{
 *   settings: Settings, organizationId: string, isAdmin: boolean,
 *   saved: (answer: import('../../core/api.js').Answer) => void,
 * }} PartProps what each part gets
 */

/** @param {string} organizationId @param {AbortSignal} [signal] @returns {Promise<Settings>} */
export async function read(organizationId, signal) {
  const { body, version } = await request('GET', apiOf(organizationId), { signal })
  return { organization: body.organization, version }
}
