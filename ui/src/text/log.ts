import type { Judged } from "../ipc/call";
import type { EntryPhase } from "../log/types";

/** Sentences of the audit log. */
export const log = {
  lead: "What was done here, by whom and on what. Entries are added; none is ever changed.",
  verify: "Verify the log",
  verifying: "The whole log is being read.",
  entriesTitle: "Entries",
  search: "Search",
  searchHint: "A name, an operation, an object or a remark.",

  verdict: {
    titles: {
      consistent: "The log holds, and nothing was cut off",
      freshnessUnknown: "Every entry is as it was written",
      rollback: "Entries are missing at the end of the log",
      changed: "This is not the log that was anchored",
    } satisfies Record<Judged, string>,
    meaning: {
      consistent: "A copy of its head that is held elsewhere agrees with it.",
      freshnessUnknown:
        "Whether the newest entries were cut off cannot be told from here. Compare the words " +
        "below with those in your newest minutes: the log must hold that head.",
      rollback:
        "A copy of a later head is held elsewhere. Stop, change nothing, and call the auditor.",
      changed:
        "A copy of its head that is held elsewhere disagrees. Stop, change nothing, and call the " +
        "auditor.",
    } satisfies Record<Judged, string>,
    counted: (count: string, entries: number) =>
      entries === 1 ? "1 entry was read." : `${count} entries were read.`,
    open: (count: number) =>
      count === 1
        ? "1 operation was begun and never ended. Find out what became of it."
        : `${count} operations were begun and never ended. Find out what became of them.`,
    head: "Head of the log",
  },

  entry: {
    title: (number: string) => `Entry ${number}`,
    time: "Time",
    result: "Result",
    phases: {
      intent: "Written before the operation began.",
      outcome: "Written after the operation.",
      abort: "The operation was given up.",
      recovered: "Put in order after an interruption.",
      change: "Written together with a change of the registry.",
    } satisfies Record<EntryPhase, string>,
  },

  label: "Entries of the log",
  empty: "No entry matches.",
  columns: {
    sequence: "No.",
    time: "Time, UTC",
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
