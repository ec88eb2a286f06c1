import type { EntryPhase } from "../log/types";

/** Sentences of the audit log. */
export const log = {
  label: "Entries of the log",
  empty: "No entry matches.",
  columns: {
    sequence: "No.",
    time: "Time",
    actor: "Who",
    operation: "What",
    phase: "Phase",
    objects: "On what",
    remark: "Remark",
  },
  phases: {
    intent: "Intent",
    outcome: "Outcome",
    abort: "Ended early",
    recovered: "Put in order",
    change: "Change",
  } satisfies Record<EntryPhase, string>,
  result: (phase: string, result: string) => `${phase}: ${result}`,
} as const;
