import { execFile, spawn } from 'node:child_process'
import { once } from 'node:events'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { expect, onTestFinished, test } from 'vitest'
import { folderForTest } from '../support/folder.ts'
import { request } from '../support/requests.ts'
import { deployment } from '../support/server-process.ts'

const ROOT = fileURLToPath(new URL('../../', import.meta.url))
const { PATH, HOME } = process.env
const run = promisify(execFile)

/** What the Dockerfile puts into its image: its folders, and what `npm ci --omit=dev` installs by the lock file. */
async function image(): Promise<string> {
  const folder = folderForTest()
  const lock = JSON.parse(await readFile(`${ROOT}package-lock.json`, 'utf8')) as {
    packages: Record<string, { dev?: boolean; link?: boolean }>
  }
  const installed = Object.entries(lock.packages).filter(
    ([path, { dev, link }]) => path.startsWith('node_modules/') && !dev && !link,
  )
  const dockerfile = await readFile(`${ROOT}Dockerfile`, 'utf8')
  const own =
    dockerfile
      .split(/^FROM /m)
      .at(-1)
      ?.match(/(?<=^COPY )(?!--from)\S+/gm) ?? []
  for (const path of [...own, ...installed.map(([path]) => path)]) {
    await mkdir(dirname(join(folder, path)), { recursive: true })
    // A package within another is in the lock file too, and may be of development.
    const isWithin = (source: string) =>
      !source.slice(ROOT.length + path.length).includes('node_modules')
    await cp(join(ROOT, path), join(folder, path), { recursive: true, filter: isWithin })
  }
  return folder
}

test('the image, without any package of development, migrates, starts, shows its version and its documents, and stops', async () => {
  const [{ env }, folder] = [await deployment(), await image()]
  const options = { cwd: folder, env: { PATH, HOME, ...env } }
  const dockerfile = await readFile(`${ROOT}Dockerfile`, 'utf8')
  const [, ...args] = JSON.parse(/^ENTRYPOINT (\[.*\])$/m.exec(dockerfile)?.[1] ?? '') as string[]
  const { version } = JSON.parse(await readFile(`${ROOT}package.json`, 'utf8')) as {
    version: string
  }

  const migrated = await run(process.execPath, [...args, 'migrate'], options)
  const shown = await run(process.execPath, [...args, 'version'], options)
  const server = spawn(process.execPath, [...args, 'start'], options)
  const exited = once(server, 'exit')
  onTestFinished(() => void server.kill('SIGKILL'))
  const ask = (path: string) => request(env.PUBLIC_URL ?? '', 'GET', path)
  await expect
    .poll(() =>
      ask('/readyz').then(
        ({ status }) => status,
        () => 'not there',
      ),
    )
    .toBe(200)
  const live = await ask('/livez')
  const script = await ask('/docs/scalar.js')
  const document = await ask('/openapi.json')
  server.kill('SIGTERM')

  expect(migrated.stdout).toContain('Applied: nothing new')
  expect(shown.stdout).toContain(`Orgline ${version}, migrations up to 0`)
  expect(live.body).toEqual({ status: 'ok', version })
  expect([script.status, document.status]).toEqual([200, 200])
  expect(await exited).toEqual([0, null])
})
