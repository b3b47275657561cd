import type { Infrastructure } from '../../infrastructure/infrastructure.ts'
import type { SendMessage } from '../send-message.ts'
import { createAnswerTurn } from './answer-turn.ts'
import { createFindUnanswered } from './find-unanswered.ts'
import { createPollTextReports } from './poll-reports.ts'
import { createReplies } from './replies.ts'
import { createRequireTexting } from './require-texting.ts'
import { createSendAnswer } from './send-answer.ts'
import { createTextReports } from './text-reports.ts'
import { createTurnStore } from './turn-store.ts'

/** Agents that answer texts. */
export function createRepliesRoom(infrastructure: Infrastructure, sendMessage: SendMessage) {
  const {
    config,
    db,
    textConversations: conversations,
    voiceAgents,
    background,
    log,
  } = infrastructure
  const { agentId } = config.elevenLabs
  const turns = createTurnStore(db, { ...config, ...config.replies, agentId })
  const reports = createTextReports(db)
  const answerTurn = createAnswerTurn({
    turns,
    conversations,
    findUnanswered: createFindUnanswered({ turns, telephony: infrastructure.telephony, log }),
    sendAnswer: createSendAnswer(sendMessage, config.replies),
    ...config.replies,
    defaultOrganizationName: config.organizations.defaultName,
    log,
  })
  const replies = createReplies({
    turns,
    answerTurn,
    background,
    waitMs: config.replies.intervalMs,
    againMs: config.replies.againMs,
    log,
  })
  const pollReports = createPollTextReports({ reports, voiceAgents, log })
  return {
    ...replies,
    turns,
    reports,
    pollReports,
    requireTexting: createRequireTexting({
      turns,
      conversations,
      agentId,
      sharedReplies: config.spending.sharedReplies,
    }),
    loops: [
      { name: 'text-replies', ...config.replies, tick: replies.tick },
      { name: 'text-replies.reports', everyMs: config.calls.scanIntervalMs, work: pollReports },
    ],
  }
}
