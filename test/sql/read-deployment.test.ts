import { describe, expect, onTestFinished, test } from 'vitest'
import { readDeployment } from '../../src/commands/read-deployment.ts'
import { parseSetupConfig } from '../../src/config/config.ts'
import { databaseForTest } from '../support/database.ts'
import { type GatewayAnswer, gatewayAnswers, startGateway } from '../support/gateway.ts'

const SECRET_KEY = 'sb_secret_0123456789'

/** The database as a command finds it with these settings. */
function read(settings: Record<string, string>) {
  const config = parseSetupConfig({
    PUBLIC_URL: 'https://line.example.com',
    ELEVENLABS_API_KEY: 'not-used',
    ELEVENLABS_INIT_SECRET: 'not-used-0123456789',
    ...settings,
  })
  return readDeployment(config.database)
}

/** Settings for a Supabase that answers this. */
async function supabaseThatAnswers(answer: GatewayAnswer | undefined) {
  const gateway = await startGateway((await databaseForTest()).url, SECRET_KEY)
  onTestFinished(gateway.stop)
  gateway.state.instead = answer
  return { SUPABASE_URL: gateway.url, SUPABASE_SECRET_KEY: SECRET_KEY }
}

describe('readDeployment', () => {
  test('of a Supabase that serves it: answers the deployment', async () => {
    expect(await read(await supabaseThatAnswers(undefined))).toEqual({
      id: expect.any(String),
      agents: [],
    })
  })

  test.each([
    ['publishableKey', /^Supabase refuses this server \(status 401\).*SUPABASE_SECRET_KEY/],
    ['oldFunctions', /npm run migrate/],
    ['paused', /^The database cannot be reached: .*status 540\): .*Project paused/],
  ] as const)('of a Supabase that answers "%s": says to a person why', async (name, why) => {
    await expect(read(await supabaseThatAnswers(gatewayAnswers[name]))).rejects.toThrow(why)
  })

  test('of a PostgreSQL that is not there: says to a person why', async () => {
    const gone = read({ DATABASE_URL: 'postgres://somebody:secret@127.0.0.1:1/line' })

    await expect(gone).rejects.toThrow(/^The database cannot be reached: .*ECONNREFUSED/)
  })
})
