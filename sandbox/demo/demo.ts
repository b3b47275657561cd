import { chmodSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { PATIENT } from '../patient.ts'
import { freePort } from '../postgres/free-port.ts'
import { startSandbox } from '../sandbox.ts'
import { createNarrator } from './narrator.ts'
import { startReceiver } from './receiver.ts'
import { playStory } from './story.ts'

/**
 * The whole product in a minute: starts the sandbox's world on free ports with throw-away data,
 * plays a story against it and checks every claim it makes.
 * @throws Error when a claim is not so
 */
export async function runDemo(options: {
  migrations: URL
  say: (line: string) => void
}): Promise<void> {
  const { migrations, say } = options
  const folder = mkdtempSync(join(tmpdir(), 'orgline-demo-'))
  // As root, PostgreSQL runs as another user, who must get in.
  chmodSync(folder, 0o755)
  const [port, sandboxPort] = [await freePort(), await freePort()]
  // No setting is inherited: with another one the story would be another.
  const env = {
    ...PATIENT,
    PORT: String(port),
    SANDBOX_PORT: String(sandboxPort),
    SANDBOX_DATA: folder,
  }
  say('Orgline demo: a world of its own is started, on this machine only …')
  const sandbox = await startSandbox({ env, migrations, say: () => {} })
  const receiver = await startReceiver()
  try {
    const narrator = createNarrator(say)
    await playStory({
      api: sandbox.origin,
      world: sandbox.twins,
      receiver: receiver.origin,
      narrator,
      wait: () => sleep(250),
    })
    say('')
    say(`The demo is over: ${narrator.claims()} claims, each checked.`)
  } finally {
    receiver.close()
    await sandbox.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}
