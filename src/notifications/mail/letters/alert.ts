import { type Letter, layOut } from './letter.ts'

/** A notification as an alert tells it. */
interface Alert {
  type: string
  organization_name: string | null
  words: string
}

const REASON = 'This address is in ALERT_EMAIL. What was resolved meanwhile is not in this mail.'

/** To operators, of something that keeps callers or money waiting. */
export function alertLetter({ type, organization_name, words }: Alert): Letter {
  const whose = organization_name === null ? '' : ` (${organization_name})`
  return layOut({ subject: `Orgline: ${type}${whose}`, paragraphs: [words], reason: REASON })
}

/** To operators, once a day: the rest. */
export function digestLetter(alerts: Alert[]): Letter {
  const count = `${alerts.length} ${alerts.length === 1 ? 'notification needs' : 'notifications need'}`
  return layOut({
    subject: `Orgline: ${count} attention`,
    paragraphs: [`${count} attention, and can wait.`, ...alerts.map(({ words }) => words)],
    reason: REASON,
  })
}
