import htm from 'htm'
import { h } from 'preact'

/** A piece of the page, written as HTML: `` html`<p>${text}</p>` ``. Texts in it are escaped. */
export const html = htm.bind(h)
