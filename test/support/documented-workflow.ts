import { runDocumented } from './documented-command.ts'
import { importInDashboard } from './manual.ts'
import { ADMIN, atCarriers, request, signUp } from './requests.ts'

/** What documents write in the place of a number and its import. */
export const example = { number: '+16041234567', phoneId: 'phone_xyz123' }

export const ACTIVATE = `
curl -X POST "https://your-domain.com/api/admin/phone-numbers/+16041234567/activate" \\
  -H "Content-Type: application/json" \\
  -d '{"elevenLabsPhoneId": "phone_xyz123"}'`

type Row = Record<string, unknown>

export type Workflow = ReturnType<typeof createWorkflow>

/** What an operator of a running sandbox has at hand. */
export function createWorkflow(sandbox: { api: string; world: string }) {
  /** The sandbox as other helpers take it. */
  const world = {
    origin: sandbox.api,
    twins: { origin: sandbox.world },
    config: { publicUrl: sandbox.api, twilio: { authToken: 'sandbox-twilio-token' } },
  }

  /** A documented command, with a key added and its examples replaced. */
  const run = (command: string, fill: Record<string, string> = {}, key = ADMIN) =>
    runDocumented(command, { origin: sandbox.api, key, fill })

  /** An organization whose number a person has imported, but not activated. */
  async function anImportedLine() {
    const { organization, token } = await signUp(world)
    const number: string = organization.phoneNumber
    return { organization, token, number, phoneId: await importInDashboard(world, number) }
  }

  return {
    world,
    run,
    anImportedLine,
    async anActiveLine() {
      const line = await anImportedLine()
      await run(ACTIVATE, { [example.number]: line.number, [example.phoneId]: line.phoneId })
      return line
    },
    async signIn(email: string): Promise<string> {
      const { body } = await request(sandbox.world, 'POST', '/auth/v1/token', { body: { email } })
      return body.access_token
    },
    async conversation(id: string) {
      const { elevenlabs } = await atCarriers(world)
      return elevenlabs.conversations.find((row: Row) => row.conversation_id === id)
    },
    async atTwilio(number: string) {
      const { twilio } = await atCarriers(world)
      return twilio.numbers.find((row: Row) => row.phone_number === number)
    },
  }
}
