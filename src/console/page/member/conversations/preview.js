import { durationOf } from '../../core/words.js'

/** The last exchange in a line. @param {import('./feed.js').Exchange} exchange */
export function previewOf({ last, isCall }) {
  if (isCall) return [callWordsOf(last), last.summary].filter(Boolean).join(' · ')
  const body = last.body || (last.media?.length > 0 ? 'Picture or file' : 'Empty text')
  if (last.direction === 'inbound') return body
  const isLost = last.status === 'failed' || last.status === 'undelivered'
  return `${isLost ? 'Not delivered: ' : 'You: '}${body}`
}

/** What a call was, in a few words. @param {Record<string, any>} call */
export function callWordsOf({
  direction,
  status,
  duration_seconds: seconds,
  recording_url,
  answered_by,
}) {
  const isIn = direction === 'inbound'
  if (status === 'in-progress' || status === 'initiating')
    return isIn ? 'Calls now' : 'Being called'
  if (status === 'unknown') return 'Call, nobody knows yet whether it was placed'
  if (status === 'completed') {
    const who = answered_by === 'voicemail' ? 'Voicemail reached' : isIn ? 'Call' : 'You called'
    return seconds == null ? who : `${who}, ${durationOf(seconds)}`
  }
  if (isIn) return recording_url ? 'Voicemail' : 'Missed call'
  return 'Call that failed'
}

/** Whether the customer had the last word, in writing or on tape. @param {import('./feed.js').Exchange} exchange */
export function waits({ last, isCall }) {
  if (last?.direction !== 'inbound') return false
  return isCall ? last.status === 'failed' : last.keyword === null
}
