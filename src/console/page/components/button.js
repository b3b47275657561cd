import { html } from '../core/html.js'
import { Icon } from './icons.js'

/**
 * @param {{
 *   children: any, onClick?: (event: Event) => void, kind?: 'primary' | 'danger' | 'plain' | 'quiet',
 *   type?: 'button' | 'submit', isBusy?: boolean, disabled?: boolean, icon?: import('./icons.js').IconName,
 *   label?: string, class?: string,
 * }} props `label`: for an icon alone
 */
export function Button({
  children,
  onClick,
  kind = 'plain',
  type = 'button',
  isBusy = false,
  disabled = false,
  icon,
  label,
  ...rest
}) {
  return html`<button
    type=${type}
    class=${`button ${kind} ${rest.class ?? ''}`}
    onClick=${onClick}
    disabled=${disabled}
    aria-disabled=${isBusy || undefined}
    aria-busy=${isBusy || undefined}
    aria-label=${label}
    title=${label}
  >
    ${isBusy ? html`<span class="spinner" aria-hidden="true"></span>` : icon && html`<${Icon} name=${icon} />`}
    ${children}
  </button>`
}
