import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, useCluster } from '../../chaos/cluster.ts'
import { makePlan } from '../../chaos/make-plan.ts'
import { isBad, run } from '../../chaos/run.ts'
import { databaseUrl } from '../support/database.ts'

// Concurrently: they mostly wait. Neither plan crashes PostgreSQL, which all tests share.
describe('servers that are killed, and carriers that fail', {
  timeout: 1_800_000,
  concurrent: true,
}, () => {
  let cluster: Cluster
  beforeAll(() => {
    cluster = useCluster(databaseUrl)
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
