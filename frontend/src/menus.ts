/** Menus are `<details class="menu">`: this only closes them when a person turns elsewhere. */

/** Close every open menu at Escape, which returns the focus, and at a press outside of it. */
export function closeMenus(page: Document): void {
  page.addEventListener('pointerdown', (event) => {
    for (const menu of openMenus(page)) {
      if (!(event.target instanceof Node && menu.contains(event.target))) menu.open = false
    }
  })
  page.addEventListener('keydown', (event) => {
    if (event.key !== 'Escape') return
    for (const menu of openMenus(page)) {
      menu.open = false
      menu.querySelector('summary')?.focus()
    }
  })
}

function openMenus(page: Document): HTMLDetailsElement[] {
  return [...page.querySelectorAll<HTMLDetailsElement>('details.menu[open]')]
}
