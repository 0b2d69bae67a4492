/** The toolbar's pictures: 20 x 20, drawn with the colour of the text around them. */
import { svg, type TemplateResult } from 'lit-html'

const icon = (shape: TemplateResult): TemplateResult => svg`<svg
  viewBox="0 0 20 20" width="20" height="20" fill="none" stroke="currentColor"
  stroke-width="1.5" stroke-linecap="round" stroke-linejoin="round" aria-hidden="true">${shape}</svg>`

const lines = (from: number) => svg`<path d=${`M${from} 5H17M${from} 10H17M${from} 15H17`} />`

export const icons = {
  link: icon(
    svg`<path d="M8.5 11.5a3 3 0 0 0 4.2 0l2.6-2.6a3 3 0 0 0-4.2-4.2l-1 1M11.5 8.5a3 3 0 0 0-4.2 0l-2.6 2.6a3 3 0 0 0 4.2 4.2l1-1" />`,
  ),
  code: icon(svg`<path d="M7 6 3 10l4 4M13 6l4 4-4 4" />`),
  codeBlock: icon(
    svg`<rect x="2.5" y="3.5" width="15" height="13" rx="2" /><path d="m8 8-2 2 2 2M12 8l2 2-2 2" />`,
  ),
  bulletList: icon(svg`${lines(8)}<path stroke-width="2.5" d="M4 5h.01M4 10h.01M4 15h.01" />`),
  orderedList: icon(
    svg`${lines(8)}<path d="M3.2 4 4.2 3.4V7M3 13.2c.4-1 2-.8 1.9.3 0 .7-1.2 1.3-1.9 2.4h2" stroke-width="1.2" />`,
  ),
  taskList: icon(
    svg`<path d="M10 6h7M10 14h7" /><rect x="3" y="3.6" width="4.6" height="4.6" rx="1" /><path d="m3 14 1.6 1.6L7.8 12" />`,
  ),
  blockquote: icon(svg`<path d="M4 4v12M8 6h9M8 10h9M8 14h6" />`),
  divider: icon(svg`<path d="M3 10h14M6 5h8M6 15h8" stroke-opacity=".45" /><path d="M3 10h14" />`),
  table: icon(
    svg`<rect x="3" y="4" width="14" height="12" rx="1.5" /><path d="M3 8.5h14M3 12.2h14M10 4v12" />`,
  ),
  comment: icon(svg`<path d="M4 3.5h12v8.5l-4.5 4.5H4zM11.5 16.5V12H16M7 7h6M7 10h3" />`),
  undo: icon(svg`<path d="M7 4 3.5 7.5 7 11M3.5 7.5H12a4.2 4.2 0 0 1 0 8.4H8" />`),
  redo: icon(svg`<path d="m13 4 3.5 3.5L13 11M16.5 7.5H8a4.2 4.2 0 0 0 0 8.4h4" />`),
}
