import type { Carriers } from './carriers.ts'
import type { Line } from './lines.ts'
import type { Post } from './post.ts'

/** On which line a story happens, and what tells of it. */
export interface Delivering {
  line: Line
  post: Post
  carriers: Carriers
  /** Who answers at ElevenLabs. */
  agentId: string
}
