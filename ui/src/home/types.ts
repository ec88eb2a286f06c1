/** What the home screen shows. */

/** How soon somebody must act. */
export type Severity = "now" | "soon" | "note";

/** Something that needs a person. */
export interface Need {
  readonly id: string;
  readonly severity: Severity;
  /** What it is, as one sentence. */
  readonly title: string;
  /** Why it matters. */
  readonly detail?: string | undefined;
  /** Until when, RFC 3339. */
  readonly due?: string | undefined;
  /** Where one acts, and what the door is called. */
  readonly door: { readonly href: string; readonly label: string };
}
