import { html } from '../core/html.js'
import { linkTo } from '../core/router.js'
import { Button } from './button.js'
import { Failed, Loaded } from './state.js'

/**
 * @typedef {{ title: string, cell: (row: any) => any, end?: boolean, wide?: boolean }} Column
 * `end`: its values stand at the right, as amounts do.
 */

/**
 * Rows of one kind; where the page is narrow, each is a card.
 * @param {{
 *   label: string, columns: Column[], rows: any[], keyOf?: (row: any) => string,
 *   hrefOf?: (row: any) => string | undefined, actions?: (row: any) => any,
 * }} props `hrefOf`: where the first column of a row leads
 */
export function Table({ label, columns, rows, keyOf = ({ id }) => id, hrefOf, actions }) {
  const first = (/** @type {Column} */ column, /** @type {any} */ row) => {
    const href = hrefOf?.(row)
    return href ? html`<a href=${linkTo(href)}>${column.cell(row)}</a>` : column.cell(row)
  }
  return html`<div class="table-frame"><table aria-label=${label}>
    <thead><tr>
      ${columns.map(({ title, end }) => html`<th key=${title} scope="col" class=${end ? 'end' : ''}>${title}</th>`)}
      ${actions && html`<th scope="col"><span class="hidden">Actions</span></th>`}
    </tr></thead>
    <tbody>
      ${rows.map(
        (row) => html`<tr key=${keyOf(row)}>
          ${columns.map(
            (
              column,
              at,
            ) => html`<td key=${column.title} data-title=${column.title} class=${`${column.end ? 'end' : ''} ${column.wide ? 'wide' : ''} ${at === 0 ? 'lead' : ''}`}>
              <div>${at === 0 ? first(column, row) : column.cell(row)}</div>
            </td>`,
          )}
          ${actions && html`<td class="row-actions"><div>${actions(row)}</div></td>`}
        </tr>`,
      )}
    </tbody>
  </table></div>`
}

/**
 * A list of the API as a table, with what is said where it is empty and more where there is more.
 * @param {{ of: any, empty: any } & Omit<Parameters<typeof Table>[0], 'rows'>} props `of`: of usePages
 */
export function PagedTable({ of, empty, ...table }) {
  return html`<${Loaded} of=${of}>
    ${() => html`<div class="rows" aria-busy=${of.isOld || undefined}>
      ${of.rows.length === 0 ? empty : html`<${Table} ...${table} rows=${of.rows} />`}
    </div>`}
  <//>
  ${of.hasMore && html`<div class="more"><${Button} onClick=${of.loadMore} isBusy=${of.more.isLoading}>Show more<//></div>`}
  <${Failed} error=${of.more.error} onRetry=${of.loadMore} />`
}
