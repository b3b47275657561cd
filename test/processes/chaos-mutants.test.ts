import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, useCluster } from '../../chaos/cluster.ts'
import { mutants } from '../../chaos/mutants/mutants.ts'
import { run } from '../../chaos/run.ts'
import { databaseUrl } from '../support/database.ts'

/** Of what is broken on purpose nothing is put right, however long one waits. */
const PATIENCE_MS = 4_000

// Concurrently: they mostly wait. The bounds of a run's own waits add up to less than the timeout, so
// a run that goes wrong ends with what it waited for. None crashes PostgreSQL, which all share.
describe('the chaos experiment', { timeout: 1_800_000, concurrent: true }, () => {
  let cluster: Cluster
  beforeAll(() => {
    cluster = useCluster(databaseUrl)
  })
  afterAll(() => cluster.stop())

  test.for(mutants)(
    'a product in which $defect, is found out by $raises, in words',
    async (mutant, { expect }) => {
      const how = { variant: mutant, patienceMs: PATIENCE_MS, raises: mutant.raises }
      const { verdict, details } = await run(cluster, mutant.plan, how)

      const reported = `${JSON.stringify(verdict)}\n${details.join('\n')}`
      expect(verdict[mutant.raises], reported).toBeGreaterThan(0)
      expect(details).toContainEqual(expect.stringMatching(`^${mutant.raises}: .`))
    },
  )
})
