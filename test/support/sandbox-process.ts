import { join } from 'node:path'
import { PATIENT } from '../../sandbox/patient.ts'
import { spawnChild } from './child.ts'
import { copyCluster, openFolder } from './own-postgres.ts'
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
    {
      ...PATIENT,
      ...env,
      SANDBOX_DATA: folder,
      PORT: String(port),
      SANDBOX_PORT: String(sandboxPort),
    },
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

/** A new folder for a sandbox's data; `isNew`: with nothing in it at all, so that a start takes longer. */
export function sandboxFolder({ isNew = false } = {}): string {
  const folder = openFolder('orgline-sandbox-')
  if (!isNew) copyCluster(join(folder, 'postgres'))
  return folder
}
