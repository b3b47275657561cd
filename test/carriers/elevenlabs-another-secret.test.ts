import { describe, expect, test } from 'vitest'
import type { Twins } from '../../sandbox/twins/twins.ts'
import { createElevenLabsAgentEditor } from '../../src/carriers/elevenlabs/agent-editor.ts'
import {
  afterFirstRun,
  reportsTo,
  runSetup,
  type SetupSettings,
  setupOf,
  workspaceOf,
} from '../support/elevenlabs-setup.ts'
import { call, eleven } from '../twins/support.ts'

const MOVED = {
  PUBLIC_URL: 'https://new.example.com',
  PUBLIC_URL_PREVIOUS: 'https://line.example.com',
}

/** How a second webhook comes about, whose secret no server knows yet. */
const WAYS = [
  ['for another secret', {}, true],
  ['in a move', MOVED, false],
] as const

/** Twins in which a second webhook was made; `settings`: of servers that do not know its secret. */
async function afterFirstStep(changes: SetupSettings, anotherSecret: boolean) {
  const { twins, settings: first } = await afterFirstRun()
  const settings: SetupSettings = { ...first, ...changes }
  const { webhookSecret } = await runSetup(twins, settings, { anotherSecret })
  const [before, after] = (await workspaceOf(twins)).webhooks
  return {
    twins,
    settings,
    renewed: { ...settings, ELEVENLABS_WEBHOOK_SECRET: webhookSecret },
    before: before.webhook_id as string,
    after: after.webhook_id as string,
  }
}

/** What a server makes and changes agents with. */
function editorOf(twins: Twins, settings: SetupSettings) {
  const { request, own, variables, bounds } = setupOf(twins, settings)
  return createElevenLabsAgentEditor(request, { variables, readOwn: async () => own, bounds })
}

/** The webhooks that finished calls of agents are reported to. */
async function reportedTo(twins: Twins) {
  const { agents } = await workspaceOf(twins)
  return agents.map(reportsTo)
}

const failing = (twins: Twins, operation: string) =>
  call(twins, 'POST', '/control/faults', {
    carrier: 'elevenlabs',
    operation,
    kind: 'error',
    status: 500,
  })

describe('a second post-call webhook', () => {
  test.each(WAYS)(
    'made %s, is given to no agent by a server, whether it makes or changes one',
    async (_way, changes, anotherSecret) => {
      const { twins, settings, before } = await afterFirstStep(changes, anotherSecret)
      const editor = editorOf(twins, settings)

      const { id } = await editor.createAgent('orgline:made', { name: 'Ann' })
      await editor.updateAgent(id, 'orgline:made', { name: 'Bea' })

      expect(await reportedTo(twins)).toEqual([before, before])
    },
  )

  test.each(WAYS)(
    'made %s, is given to no agent by a run without its secret, which says what is missing',
    async (_way, changes, anotherSecret) => {
      const { twins, settings, before, after } = await afterFirstStep(changes, anotherSecret)

      const { lines } = await runSetup(twins, settings)

      expect(await reportedTo(twins)).toEqual([before])
      expect((await workspaceOf(twins)).webhooks).toHaveLength(2)
      expect(lines).toContainEqual(expect.stringMatching(new RegExp(`^Left to you: .*${after}`)))
    },
  )

  test.each(WAYS)(
    'made %s, is given to every agent by a run with its secret, and by servers from then on',
    async (_way, changes, anotherSecret) => {
      const { twins, renewed, after } = await afterFirstStep(changes, anotherSecret)

      const { lines } = await runSetup(twins, renewed)
      await editorOf(twins, renewed).createAgent('orgline:made', { name: 'Ann' })

      expect(await reportedTo(twins)).toEqual([after, after])
      expect(lines.join()).not.toContain('_PREVIOUS')
      const again = await runSetup(twins, renewed)
      expect(again.lines.filter((line) => /post-call/.test(line))).toEqual([
        expect.stringMatching(/^Unchanged: /),
      ])
    },
  )

  test('is not taken for the one whose secret is in .env, where that is of an earlier one', async () => {
    const { twins, renewed, after } = await afterFirstStep({}, true)
    await runSetup(twins, renewed, { anotherSecret: true })

    const { lines } = await runSetup(twins, renewed)

    const [, , third] = (await workspaceOf(twins)).webhooks
    expect(await reportedTo(twins)).toEqual([after])
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^Left to you: .*${third.webhook_id}.*delete it`)),
    )
  })

  test('in a move, after a run that failed while making one, is made once more, and agents keep theirs', async () => {
    const { twins, settings: first } = await afterFirstRun()
    const settings = { ...first, ...MOVED }
    await failing(twins, 'webhooks.update')
    await expect(runSetup(twins, settings)).rejects.toThrow(/ElevenLabs|elevenlabs/)

    const { lines, webhookSecret } = await runSetup(twins, settings)

    const [before, failed, after] = (await workspaceOf(twins)).webhooks
    expect(webhookSecret).toMatch(/^wsec_/)
    expect(await reportedTo(twins)).toEqual([before.webhook_id])
    expect(lines).toContainEqual(
      expect.stringMatching(new RegExp(`^Left to you: .*${failed.webhook_id}.*Delete it`)),
    )
    await runSetup(twins, { ...settings, ELEVENLABS_WEBHOOK_SECRET: webhookSecret })
    expect(await reportedTo(twins)).toEqual([after.webhook_id])
  })

  test.each([
    ['webhooks.update', 'the run that made'],
    ['agents.update', 'is not its secret'],
  ])(
    'has its secret said before %s fails, and the next run says what is left to do',
    async (operation, words) => {
      const { twins, settings } = await afterFirstRun()
      const said: string[] = []
      // So that there is something to change of the agent.
      await eleven(twins, 'PATCH', `/convai/agents/${settings.ELEVENLABS_AGENT_ID}`, {
        platform_settings: { workspace_overrides: { webhooks: null } },
      })
      await failing(twins, operation)

      await expect(
        runSetup(twins, settings, { anotherSecret: true, say: (line) => said.push(line) }),
      ).rejects.toThrow(/ElevenLabs|elevenlabs/)

      expect(said[0]).toMatch(/ELEVENLABS_WEBHOOK_SECRET=wsec_\w+$/)
      const { lines } = await runSetup(twins, settings)
      expect(lines).toContainEqual(
        expect.stringMatching(new RegExp(`^Left to you: .*${words}.*elete it`)),
      )
    },
  )
})
