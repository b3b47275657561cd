import { html } from '../core/html.js'

/** The lines of a scale, as parts of its whole. */
const LINES = [1, 0.5, 0]

/** The colours of parts, from below; see styles/8-charts.css. */
const TONES = ['series-1', 'series-2', 'series-3', 'series-4']

/** How wide a column is drawn in its place, of 100. */
const WIDTH = 56

/**
 * @typedef {{ key: string, name: string, short: string, values: number[] }} Column
 * `name`: what it is of, in words; `short`: the same where there is little room; `values`: of each part, from below
 */

/**
 * Amounts beside each other, each of parts on top of each other, against a scale that begins at nothing.
 * @param {{
 *   label: string, parts: string[], columns: Column[], words: (value: number) => string,
 *   current?: string, choose?: (key: string) => void, tones?: string[],
 * }} props `words`: an amount in words; `choose`: where a column leads, of which `current` is in view; `tones`: of the
 * parts, where what they are decides their colour
 */
export function Columns({ label, parts, columns, words, current, choose, tones = TONES }) {
  const most = scaleOf(Math.max(...columns.map(totalOf)))
  return html`<figure class="chart" aria-label=${label}>
    <div class="chart-plot">
      <ul class="chart-scale" aria-hidden="true">${LINES.map((at) => html`<li key=${at} style=${{ bottom: `${at * 100}%` }}>${words(most * at)}</li>`)}</ul>
      <svg viewBox=${`0 0 ${columns.length * 100} 100`} preserveAspectRatio="none" aria-hidden="true" focusable="false">
        ${LINES.map((at) => html`<line key=${at} x1="0" x2=${columns.length * 100} y1=${100 - at * 100} y2=${100 - at * 100} />`)}
        ${columns.map((column, at) => html`<${Stack} key=${column.key} values=${column.values} tones=${tones} most=${most} left=${at * 100 + (100 - WIDTH) / 2} />`)}
      </svg>
    </div>
    <ul class="chart-names">
      ${columns.map((column) => {
        const text = html`<span class="chart-amount">${words(totalOf(column))}</span>
          <span class="hidden">${`${column.name}${partWords(parts, column, words)}`}</span><span class="chart-name" aria-hidden="true">${column.short}</span>`
        return html`<li key=${column.key}>${choose ? html`<button type="button" aria-pressed=${column.key === current} onClick=${() => choose(column.key)}>${text}</button>` : text}</li>`
      })}
    </ul>
    <figcaption>${parts.map((part, at) => html`<span key=${part} class=${tones[at]}>${part}</span>`)}</figcaption>
  </figure>`
}

/** @param {{ values: number[], tones: string[], most: number, left: number }} props */
function Stack({ values, tones, most, left }) {
  let below = 0
  return html`<g>${values.map((value, at) => {
    const height = (100 * Math.max(0, value)) / most
    below += height
    return (
      height > 0 &&
      html`<rect key=${at} class=${tones[at]} x=${left} width=${WIDTH} y=${100 - below} height=${height} />`
    )
  })}</g>`
}

/** @param {Column} column */
const totalOf = ({ values }) => values.reduce((sum, value) => sum + value, 0)

/** @param {string[]} parts @param {Column} column @param {(value: number) => string} words */
const partWords = (parts, { values }, words) =>
  parts.map((part, at) => `, ${part} ${words(values[at] ?? 0)}`).join('')

/** The next round number: its half is one as well. @param {number} most */
function scaleOf(most) {
  if (most <= 0) return 1
  const unit = 10 ** Math.floor(Math.log10(most))
  return [1, 2, 4, 6, 8, 10].map((times) => times * unit).find((round) => round >= most) ?? most
}
