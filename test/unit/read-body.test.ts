import { once } from 'node:events'
import { PassThrough } from 'node:stream'
import type { Request } from 'express'
import { describe, expect, test } from 'vitest'
import { createPlaces } from '../../src/webhooks/bodies/places.ts'
import { readBody } from '../../src/webhooks/bodies/read-body.ts'

describe('the body of a webhook', () => {
  test.each([false, true])(
    'whose sender hung up before it was begun to be read (all of it here: %s), is refused and waited for by nobody',
    async (complete) => {
      const req = Object.assign(new PassThrough(), { get: () => undefined, complete })
      await once(req.destroy(), 'close')
      const places = createPlaces()

      const read = readBody(req as unknown as Request, {
        address: '192.0.2.7',
        places,
        limit: 100,
        late: new AbortController().signal,
        take: () => true,
      })

      await expect(read).rejects.toMatchObject({ code: 'validation_failed' })
    },
  )
})
