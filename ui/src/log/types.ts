/** The audit log as its screens show it; the names are those of the log's events. */

/** Where in its operation an entry stands. */
export type EntryPhase = "intent" | "outcome" | "abort" | "recovered" | "change";

/** An entry of the log. */
export interface LogEntry {
  readonly sequence: number;
  /** The time as claimed by the machine, RFC 3339. */
  readonly time: string;
  readonly actor: string;
  readonly operation: string;
  readonly phase: EntryPhase;
  /** What came of it: `ok`, `damaged`, or the code it was aborted with. */
  readonly result?: string | undefined;
  /** Each as `kind:name`. */
  readonly objects: readonly string[];
  readonly remark?: string | undefined;
}
