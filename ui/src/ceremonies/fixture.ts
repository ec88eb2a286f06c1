/** For tests: a restore in which nothing has happened yet. */

import type { View } from "../ipc/call";

/** Such a restore, but for `more`. */
export const emptyView = (more: Partial<View>): View => ({
  script: "restore",
  title: "Restore",
  environment: "drill",
  phase: "deciding",
  isLeaving: false,
  waitsFor: null,
  acts: [],
  step: null,
  people: [],
  rings: [],
  ringsNeeded: 1,
  goesOnWithout: false,
  facts: [],
  objects: [],
  exceptions: [],
  problem: null,
  plan: null,
  drive: null,
  survey: null,
  fingerprint: null,
  sheet: null,
  outcome: null,
  ...more,
});
