import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Cluster, startCluster } from '../chaos/cluster.ts'
import { makePlan } from '../chaos/plan.ts'
import { isBad, run } from '../chaos/run.ts'

describe('servers that are killed, and carriers that fail', { timeout: 120_000 }, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  test.each([1, 2, 3, 4])(
    'by the plan of seed %i, lose no number and buy none twice',
    async (seed) => {
      const { verdict, unfinished } = await run(cluster, makePlan(seed))

      expect(verdict, unfinished.join('\n')).not.toSatisfy(isBad)
    },
  )
})
