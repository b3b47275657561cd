import { variableNames } from '../agent-memory/variables.ts'
import { generateKey } from '../api-keys/api-key.ts'
import type { Infrastructure } from '../infrastructure/infrastructure.ts'
import type { RunWithin } from '../phone-numbers/orders/run-order.ts'
import type { FollowQuarantine } from '../phone-numbers/quarantine/quarantine-number.ts'
import { createAgents } from './agents.ts'
import { createAgentNumberRoutes } from './number-routes.ts'
import { createAgentRoutes } from './routes.ts'

/** Agents of organizations' own. */
export function createAgentsModule(
  { config, db, agentEditor, voiceAgents, log }: Infrastructure,
  peers: {
    runWithin: RunWithin
    syncNumber: (phoneNumberId: string) => Promise<void>
    followQuarantine: FollowQuarantine
  },
) {
  const agents = createAgents({
    ...config.orders,
    ...config.agents,
    ...peers,
    db,
    spending: config.spending,
    publicUrl: config.publicUrl,
    inboundVoice: config.voice.inbound,
    editor: agentEditor,
    voiceAgents,
    waitMs: config.organizations.signupWaitMs,
    log: log.child({ name: 'agents' }),
  })
  return {
    agents,
    routes: [
      ...createAgentNumberRoutes({ agents }),
      ...createAgentRoutes({ agents, agentEditor, generateKey, variableNames }),
    ],
    loops: [{ name: 'agents', ...config.releases, tick: agents.tick }],
  }
}
