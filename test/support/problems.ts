import { expect } from 'vitest'
import type { Answer } from './requests.ts'

/** What only somebody with the source at hand would say: stacks, files, SQL, libraries. */
const internals =
  /\bat \S+ \(|\.[cm]?[jt]s\b|node_modules|\bselect\b|postgres|PGRST|zod|body-parser|Error:/i

/** Asserts a whole problem (RFC 9457) with our own fields, and that it tells no internals. */
export function expectProblem(answer: Answer, status: number, code: string): void {
  const { body, headers } = answer
  expect({ status: answer.status, code: body.code }).toEqual({ status, code })
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json\b/)
  expect(body).toMatchObject({
    type: `urn:orgline:problem:${code}`,
    title: expect.stringMatching(/\S/),
    status,
    detail: expect.stringMatching(/\S/),
    instance: expect.stringMatching(/^\/[^?]*$/),
    requestId: headers.get('x-request-id'),
    error: body.detail,
  })
  expect(`${body.title} ${body.detail}`).not.toMatch(internals)
}

/** The parts of the request that a problem names as wrong, e.g. `body.name`, in order, each once. */
export function wrongParts(answer: Answer): string[] {
  const errors: { path: string; message: string }[] = answer.body.errors ?? []
  for (const { message } of errors) expect(message).toMatch(/\S/)
  return [...new Set(errors.map(({ path }) => path))].sort()
}
