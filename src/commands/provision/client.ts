import { ProvisionAnswer } from '../../phone-numbers/provisioning/provision-view.ts'
import { createAskRoute } from '../ask-server.ts'

interface ProvisionRequest {
  organizations: unknown[]
  dryRun: boolean
}

export type AskServer = (request: ProvisionRequest) => Promise<ProvisionAnswer>

/** Asks a server to provision organizations; nothing is ordered twice. @throws Error as createAskRoute */
export function createAskServer(options: { url: string; key: string }): AskServer {
  return createAskRoute({ ...options, path: '/api/admin/provision', answer: ProvisionAnswer })
}
