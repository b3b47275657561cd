import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, useCluster } from '../../chaos/cluster.ts'
import { mutants } from '../../chaos/mutants/mutants.ts'
import { isBad, run } from '../../chaos/run.ts'
import { databaseUrl } from '../support/database.ts'

// Concurrently, and beside the mutants: they mostly wait. None crashes PostgreSQL, which all share.
describe('the chaos experiment', { timeout: 1_800_000, concurrent: true }, () => {
  let cluster: Cluster
  beforeAll(() => {
    cluster = useCluster(databaseUrl)
  })
  afterAll(() => cluster.stop())

  test.for(mutants.filter(({ sound }) => sound))(
    'the sound product where $defect would show, is passed',
    async ({ plan, sound }, { expect }) => {
      const { verdict, details } = await run(cluster, plan, { variant: sound })

      expect(verdict, details.join('\n')).not.toSatisfy(isBad)
    },
  )
})
