import type { z } from 'zod'
import { accountProblem, erasureFailed, recordingDeletionFailed } from './messages/accounts.ts'
import { budgetHalfSpent, purchaseLimitReached } from './messages/budgets.ts'
import { callRoutingFailed, postCallMissed } from './messages/calls.ts'
import { batchImportRequired, elevenLabsImportRequired } from './messages/imports.ts'
import type { Apis, Message } from './messages/message.ts'
import { orderNeedsAttention } from './messages/orders.ts'
import {
  inactiveNumber,
  organizationNameAlike,
  signUpWaiting,
  webhookEndpointPaused,
} from './messages/organizations.ts'
import { importsOutdated } from './messages/outdated-imports.ts'
import { poolLow } from './messages/pool.ts'
import {
  loopFailing,
  mailNotSent,
  publicUrlUnproven,
  tokensRefused,
  webhooksRefused,
} from './messages/servers.ts'
import { phoneSetupFailed } from './messages/setup.ts'
import { reconcileFindings } from './messages/sweep.ts'
import { smsRoutingFailed, textReplyFailed } from './messages/texts.ts'
import type { Notification, NotificationType, StoredNotification } from './notification.ts'

type Type = z.infer<typeof NotificationType>
type Stored = z.infer<typeof StoredNotification>

/** The words of every type; the facts come from private.notify in migrations/functions. */
export const MESSAGES: Record<Type, Message> = {
  elevenlabs_import_required: elevenLabsImportRequired,
  batch_import_required: batchImportRequired,
  phone_setup_failed: phoneSetupFailed,
  order_needs_attention: orderNeedsAttention,
  account_problem: accountProblem,
  pool_low: poolLow,
  purchase_limit_reached: purchaseLimitReached,
  sms_routing_failed: smsRoutingFailed,
  call_routing_failed: callRoutingFailed,
  reconcile_findings: reconcileFindings,
  inactive_number: inactiveNumber,
  post_call_missed: postCallMissed,
  erasure_failed: erasureFailed,
  imports_outdated: importsOutdated,
  public_url_unproven: publicUrlUnproven,
  webhooks_refused: webhooksRefused,
  loop_failing: loopFailing,
  budget_half_spent: budgetHalfSpent,
  sign_up_waiting: signUpWaiting,
  organization_name_alike: organizationNameAlike,
  tokens_refused: tokensRefused,
  webhook_endpoint_paused: webhookEndpointPaused,
  recording_deletion_failed: recordingDeletionFailed,
  text_reply_failed: textReplyFailed,
  mail_not_sent: mailNotSent,
}

/** The notification with its message in words. */
export function worded({ facts, ...stored }: Stored, apis: Apis): z.infer<typeof Notification> {
  return { ...stored, message: facts ? messageOf(stored.type, facts, apis) : stored.message }
}

/**
 * The message for these facts. Facts that their type does not know, as those that another release stored,
 * are shown as they are: nothing that needs attention is hidden.
 */
function messageOf(type: Type, facts: Record<string, unknown>, apis: Apis): string {
  const { cause = '' } = facts
  const known = MESSAGES[type][String(cause)]
  return known?.render(facts, apis) ?? `Facts of another release: ${JSON.stringify(facts)}`
}
