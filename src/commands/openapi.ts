import { parseConfig } from '../config/config.ts'
import { openApiDocument } from '../http/openapi/document.ts'
import { createContext } from '../server/context.ts'
import { keepGenerated } from './generated-file.ts'

const file = new URL('../../docs/openapi.json', import.meta.url)

/**
 * Writes docs/openapi.json from the route table, or with `check` only compares.
 * @throws Error when the committed document is not up to date
 */
export async function openapiCommand(check: boolean): Promise<string> {
  const { routes, events } = createContext(parseConfig(anySettings))
  const document = `${JSON.stringify(openApiDocument(routes, events.webhooks), null, 2)}\n`
  const kept = await keepGenerated(file, document, { check, madeBy: 'openapi' })
  return `${kept}: ${routes.length} routes.`
}

/** The route table does not depend on settings; these let it be built without any. */
const anySettings = {
  PUBLIC_URL: 'http://127.0.0.1',
  DATABASE_URL: 'postgres://127.0.0.1/none',
  AUTH_HS256_SECRET: '-'.repeat(32),
  AUTH_ISSUER: 'none',
  ADMIN_API_KEYS: 'none:none-none-none-none',
  TWILIO_ACCOUNT_SID: 'ACnone',
  TWILIO_AUTH_TOKEN: 'none',
  ELEVENLABS_API_KEY: 'none',
  ELEVENLABS_AGENT_ID: 'none',
  ELEVENLABS_INIT_SECRET: 'none-none-none-none',
}
