/** States of a master key, as NIST SP 800-57 has them. */

import type { Signal } from "../parts/signals";

/** The state of a master key. */
export type KeyState =
  "preActivation" | "active" | "suspended" | "deactivated" | "compromised" | "destroyed";

/** How each state is signalled. */
export const keyStateSignals: Record<KeyState, Signal> = {
  preActivation: "note",
  active: "good",
  suspended: "caution",
  deactivated: "note",
  compromised: "danger",
  destroyed: "note",
};
