/** How the page looks; the colours themselves are in tokens.css. */

/** The themes; `system` follows the machine. */
export const THEMES = ["system", "light", "dark", "projector"] as const;

/** The name of a theme. */
export type Theme = (typeof THEMES)[number];

/** Lets the whole page wear a theme. */
export function wear(theme: Theme): void {
  document.documentElement.dataset.theme = theme;
}
