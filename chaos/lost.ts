/** A database that was lost, and from when (ms) on what is there now knows nothing of what it knew. */
export interface Lost {
  database: string
  deployment: number
  since: number
  until: number
  /** Numbers whose quarantine had lasted long enough when it came back. */
  outdated: string[]
}
