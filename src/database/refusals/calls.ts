import { z } from 'zod'
import { inUtc } from '../timestamp.ts'
import { refusal } from './refusal.ts'

const Organization = z.object({ organization_id: z.string() })
const Called = z.object({ call: z.string() })
const Recorded = z.object({ call_id: z.string() })

export const ofCalls = {
  call_unknown: refusal(
    Called,
    ({ call }) =>
      `Call ${call} does not exist: the list of the organization's calls shows those that do`,
  ),
  call_over: refusal(
    Called,
    ({ call }) => `Call ${call} is over, so its caller is not put through`,
  ),
  call_not_listed: refusal(
    z.object({ call_id: z.string() }),
    ({ call_id }) =>
      `Call ${call_id} does not exist: the list of this organization's calls shows those that do`,
  ),
  recording_missing: refusal(Recorded, ({ call_id }) => `Call ${call_id} was not recorded`),
  recording_under_way: refusal(
    Recorded,
    ({ call_id }) => `Call ${call_id} is not over yet: ask for its recording again afterwards`,
  ),
  recording_out_of_time: refusal(
    Recorded,
    ({ call_id }) =>
      `The recording of call ${call_id} is gone: recordings are kept for a limited time here, and its time is over`,
  ),
  listed_by_organization: refusal(
    z.object({ number: z.string(), organization_id: z.string(), since: z.string() }),
    ({ number, organization_id, since }) =>
      `${number} must not be called: it is on the do-not-call list of organization ${organization_id} since ${inUtc(since)}; its admins can remove it (DELETE /api/organizations/${organization_id}/do-not-call/${number})`,
  ),
  listed_for_all: refusal(
    z.object({ number: z.string(), since: z.string() }),
    ({ number, since }) =>
      `${number} must not be called: it is on the do-not-call list of this server, for every organization, since ${inUtc(since)}; its operators can remove it`,
  ),
  suspended_from_calling: refusal(
    Organization,
    ({ organization_id }) =>
      `Organization ${organization_id} is suspended, so it cannot call: the operators of this server can resume it`,
  ),
  number_not_ready: refusal(
    Organization,
    ({ organization_id }) =>
      `No number of organization ${organization_id} can call yet: its phone-numbers say what they wait for`,
  ),
  number_not_imported: refusal(
    z.object({ number: z.string(), organization_id: z.string() }),
    ({ number, organization_id }) =>
      `The number ${number} of organization ${organization_id} is not known to the voice platform yet, which dials: its import is under way`,
  ),
  no_number_to_call_from: refusal(
    Organization,
    ({ organization_id }) =>
      `Organization ${organization_id} has no number to call from: POST /api/organizations/${organization_id}/phone-numbers adds one`,
  ),
  call_to_own_number: refusal(
    z.object({ number: z.string() }),
    ({ number }) =>
      `${number} is answered by this server, where an agent would talk to an agent at the expense of both`,
  ),
}
