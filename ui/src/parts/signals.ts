/** The three signals, the neutral note, and the drill. */

import type { IconName } from "./icons";

/** How something stands. Colour never says it alone: the icon and a word do too. */
export type Signal = "note" | "good" | "caution" | "danger" | "drill";

/** The sign of each signal. */
export const signalIcons: Record<Signal, IconName> = {
  note: "about",
  good: "good",
  caution: "caution",
  danger: "danger",
  drill: "drill",
};
