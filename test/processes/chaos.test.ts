import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, startCluster } from '../../chaos/cluster.ts'
import { makePlan } from '../../chaos/make-plan.ts'
import { isBad, run } from '../../chaos/run.ts'

// Concurrently: they mostly wait. Neither plan crashes the database, which both share.
describe('servers that are killed, and carriers that fail', {
  timeout: 120_000,
  concurrent: true,
}, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  test.for([5, 10])(
    'by the plan of seed %i, lose no number and buy none twice',
    async (seed, { expect }) => {
      const { verdict, details } = await run(cluster, makePlan(seed))

      expect(verdict, details.join('\n')).not.toSatisfy(isBad)
    },
  )
})
