import { afterAll, beforeAll, describe, test } from 'vitest'
import { type Cluster, startCluster } from '../../chaos/cluster.ts'
import { mutants } from '../../chaos/mutants/mutants.ts'
import { isBad, run } from '../../chaos/run.ts'

// Concurrently: they mostly wait.
describe('the chaos experiment', { timeout: 120_000, concurrent: true }, () => {
  let cluster: Cluster
  beforeAll(async () => {
    cluster = await startCluster()
  })
  afterAll(() => cluster.stop())

  test.for(mutants.filter(({ sound }) => sound))(
    'the sound product where $defect would show, is passed',
    async (mutant, { expect }) => {
      const { verdict, unfinished, details } = await run(cluster, mutant.plan, mutant.sound)

      expect(verdict, [...unfinished, ...details].join('\n')).not.toSatisfy(isBad)
    },
  )

  test.for(mutants)(
    'a product in which $defect, is found out by $raises',
    async (mutant, { expect }) => {
      const { verdict, unfinished } = await run(cluster, mutant.plan, mutant)

      const told = `${JSON.stringify(verdict)}\n${unfinished.join('\n')}`
      expect(verdict[mutant.raises], told).toBeGreaterThan(0)
    },
  )
})
