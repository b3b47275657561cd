/**
 * A message's own steps apart from its words: `It is low. 1. Buy some. 2. Or wait. It closes by itself.`
 * @param {string} message
 * @returns {{ words: string, steps: string[], rest: string }} `rest`: what follows the last step
 */
export function stepsOf(message) {
  const parts = message.split(/(?:^|\s)(?=\d\. )/)
  if (parts.length < 2) return { words: message, steps: [], rest: '' }
  const isFirst = /^1\. /.test(parts[0] ?? '')
  const [words, ...numbered] = isFirst ? ['', ...parts] : parts
  const steps = numbered.map((step) => step.replace(/^\d\. /, '').trim())
  const last = steps.pop() ?? ''
  const [, step = last, rest = ''] = /^(.*?\.) (This (?:resolves|closes).*)$/s.exec(last) ?? []
  return { words: (words ?? '').trim(), steps: [...steps, step], rest }
}
