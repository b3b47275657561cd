const NUMBER = /^\d+\. /

/**
 * A message's own steps apart from its words. Each is a line of its own, as the server lays it out.
 * @param {string} message
 * @returns {{ words: string, steps: string[], rest: string }} `rest`: what follows the last step
 */
export function stepsOf(message) {
  const lines = message.split('\n')
  const first = lines.findIndex((line) => NUMBER.test(line))
  if (first < 0) return { words: message, steps: [], rest: '' }
  const end = lines.findLastIndex((line) => NUMBER.test(line)) + 1
  return {
    words: lines.slice(0, first).join('\n'),
    steps: lines.slice(first, end).map((line) => line.replace(NUMBER, '')),
    rest: lines.slice(end).join('\n'),
  }
}
