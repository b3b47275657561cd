import type { ProvisionResult } from '../../phone-numbers/provisioning/provision-view.ts'

/** What a line of the file has come to. */
export type Outcome =
  | { kind: 'had' | 'given' | 'would_assign' | 'would_order' }
  | { kind: 'coming'; organizationId: string; reason: string | undefined }
  | { kind: 'failed'; reason: string }

/** From the first answer about an organization. */
export function outcomeOf(result: ProvisionResult): Outcome {
  switch (result.status) {
    case 'has_number':
      return { kind: 'had' }
    case 'assigned':
      return { kind: 'given' }
    case 'would_assign':
    case 'would_order':
      return { kind: result.status }
    case 'failed':
      return { kind: 'failed', reason: result.error ?? 'the server gives no reason' }
    case 'ordered':
    case 'in_progress':
      return onOrder(result)
  }
}

/** From a later look at an organization whose number was on order. */
export function laterOutcomeOf(result: ProvisionResult): Outcome {
  switch (result.status) {
    case 'has_number':
      return { kind: 'given' }
    case 'would_assign':
    case 'would_order':
      return { kind: 'failed', reason: 'its order was canceled: run this again for another one' }
    default:
      return outcomeOf(result)
  }
}

function onOrder({ organizationId, orderId, orderStatus, error }: ProvisionResult): Outcome {
  if (orderStatus === 'needs_attention' || !organizationId) {
    const reason = `order ${orderId} waits for a person: ${error ?? 'GET /api/admin/notifications says what to do'}`
    return { kind: 'failed', reason }
  }
  return { kind: 'coming', organizationId, reason: error }
}
