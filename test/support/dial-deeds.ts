import supertest from 'supertest'
import { createApp } from '../../src/server/app.ts'
import type { Context } from '../../src/server/context.ts'
import { ADMIN } from './requests.ts'
import type { World } from './world.ts'

const { signal } = new AbortController()

/** What a test of outbound calls does in its world, again and again. */
export function dialDeeds(at: () => { world: World; context: Context; organizationId: string }) {
  const call = (
    to: string,
    {
      of = at().organizationId,
      by = at().context,
      key,
    }: { of?: string; by?: Context; key?: string } = {},
  ) =>
    supertest(createApp(by))
      .post('/api/elevenlabs/outbound-call')
      .set({ authorization: `Bearer ${ADMIN}`, ...(key && { 'idempotency-key': key }) })
      .send({ organizationId: of, phoneNumber: to })
  const callsTo = (to: string) =>
    at().world.sql('select * from calls where to_number = $1 order by created_at', [to])
  /** One tick in which the calls to a customer, and the kept events, are due. */
  const poll = async (to: string, by = at().context) => {
    await at().world.sql(
      'update calls set poll_at = now() where poll_at is not null and to_number = $1',
      [to],
    )
    await at().world.sql('update webhook_events set next_try_at = now()')
    await by.calls.callWatch.tick(signal)
  }
  const pollCall = async (callId: string) => {
    await at().world.sql('update calls set poll_at = now() where poll_at is not null and id = $1', [
      callId,
    ])
    await at().context.calls.callWatch.tick(signal)
  }
  /** As though the calls to a customer had been made so long ago. */
  const ago = (to: string, time: string) =>
    at().world.sql(
      `update calls set created_at = now() - $2::interval, dialled_at = now() - $2::interval
       where to_number = $1`,
      [to, time],
    )
  /** The number of one organization becomes another's, some days later. */
  const handOver = async (from: string, to: string) => {
    await at().world.sql(
      `with given as (
         update organization_phone_numbers set is_active = false,
           assigned_at = now() - interval '30 days', ended_at = now() - interval '16 days'
         where organization_id = $1 returning phone_number_id
       ) insert into organization_phone_numbers (organization_id, phone_number_id, is_active, assigned_at)
       select $2, phone_number_id, true, now() - interval '1 day' from given`,
      [from, to],
    )
  }

  return { call, callsTo, poll, pollCall, ago, handOver }
}
