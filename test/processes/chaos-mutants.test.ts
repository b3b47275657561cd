import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, startCluster } from '../../chaos/cluster.ts'
import { mutants } from '../../chaos/mutants/mutants.ts'
import { isBad, run } from '../../chaos/run.ts'

// Concurrently: they mostly wait. The bounds of a run's own waits add up to less than the timeout, so
// a run that goes wrong ends with what it waited for.
describe('the chaos experiment', { timeout: 400_000, concurrent: true }, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  test.for(mutants.filter(({ sound }) => sound))(
    'the sound product where $defect would show, is passed',
    async (mutant, { expect }) => {
      const { verdict, details } = await run(cluster, mutant.plan, mutant.sound)

      expect(verdict, details.join('\n')).not.toSatisfy(isBad)
    },
  )

  test.for(mutants)(
    'a product in which $defect, is found out by $raises, in words',
    async (mutant, { expect }) => {
      const { verdict, details } = await run(cluster, mutant.plan, mutant)

      const reported = `${JSON.stringify(verdict)}\n${details.join('\n')}`
      expect(verdict[mutant.raises], reported).toBeGreaterThan(0)
      expect(details).toContainEqual(expect.stringMatching(`^${mutant.raises}: .`))
    },
  )
})
