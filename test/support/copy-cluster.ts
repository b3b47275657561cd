import { chmodSync, cpSync } from 'node:fs'
import { join } from 'node:path'

/** Copies the cluster of one place to another; PostgreSQL insists on the mode of its data folder. */
export function copyClusterFrom(place: string, folder: string): void {
  const copy = join(folder, 'cluster')
  cpSync(join(place, 'cluster'), copy, { recursive: true })
  chmodSync(join(copy, 'data'), 0o700)
}
