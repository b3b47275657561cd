import { chmodSync, mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { spawnChild } from './child.ts'
import { reservePort } from './reserved-port.ts'

/**
 * The sandbox as its users have it: a process of its own on free ports, with its data in `folder`.
 * `atEnd` is given what ends it, before anything can fail.
 */
export async function spawnSandbox(
  folder: string,
  env: Record<string, string>,
  atEnd: (stop: () => Promise<void>) => void,
) {
  const [port, sandboxPort] = [await reservePort(), await reservePort()]
  const child = spawnChild(
    'sandbox',
    { ...env, SANDBOX_DATA: folder, PORT: String(port), SANDBOX_PORT: String(sandboxPort) },
    folder,
  )
  // As Ctrl-C does: killed outright, it would leave its PostgreSQL behind.
  atEnd(async () => {
    child.child.kill('SIGINT')
    await child.exited
  })
  await child.says('Orgline sandbox is ready')
  return {
    process: child,
    api: `http://127.0.0.1:${port}`,
    world: `http://127.0.0.1:${sandboxPort}`,
  }
}

/** A new folder for a sandbox's data. */
export function sandboxFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orgline-sandbox-'))
  // Where this runs as root, PostgreSQL runs as another user, who must get in.
  chmodSync(folder, 0o755)
  return folder
}
