import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'

/** A folder that goes with the test. */
export function folderForTest(): string {
  const folder = mkdtempSync(join(tmpdir(), 'orgline-files-'))
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** A file that goes with the test; answers its path. */
export function fileForTest(content: string): string {
  const path = join(folderForTest(), 'file')
  writeFileSync(path, content, { mode: 0o600 })
  return path
}
