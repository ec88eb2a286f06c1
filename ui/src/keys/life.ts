/** What can be said of a master key from what the registry knows of it. */

import type { Key, SplitShown } from "../ipc/call";
import type { KeyState } from "../pictures/keyStates";

const STATES: Record<string, KeyState> = {
  "pre-activation": "preActivation",
  active: "active",
  suspended: "suspended",
  deactivated: "deactivated",
  compromised: "compromised",
  destroyed: "destroyed",
};

/** The state of a key; one that this page does not know must not look usable. */
export function stateOf(key: Key): KeyState {
  return STATES[key.state] ?? "suspended";
}

/** A state and how long it lasted, as the timeline draws it. */
export interface Span {
  readonly state: KeyState;
  readonly from: string;
  readonly until?: string | undefined;
}

/**
 * The states of a key over time, as far as the registry knows them: the present one, and before
 * the first activation that it waited. What lies between two other states is in the log alone.
 */
export function spansOf(key: Key): Span[] {
  const now: Span = { state: stateOf(key), from: key.stateSince };
  const waited = now.state === "active" && new Date(key.created) < new Date(key.stateSince);
  if (!waited) return [now];
  return [{ state: "preActivation", from: key.created, until: key.stateSince }, now];
}

/**
 * From when until when a timeline of `keys` is drawn: whole months around them and today. A clock
 * that is behind the keys is not believed, or their states would end before they began.
 */
export function rangeOf(
  keys: readonly Key[],
  clock: Date,
): { from: string; until: string; now: string } {
  const times = keys.flatMap((key) => [new Date(key.created), new Date(key.stateSince)]);
  const all = [...times, clock].map((time) => time.valueOf());
  const [first, now] = [new Date(Math.min(...all)), new Date(Math.max(...all))];
  const month = (at: Date, later: number) =>
    new Date(Date.UTC(at.getUTCFullYear(), at.getUTCMonth() + later)).toISOString();
  return { from: month(first, 0), until: month(now, 5), now: now.toISOString() };
}

/** The fewest people who open the key. */
export function opensWith(split: SplitShown): number {
  return sumOfLeast(
    split.groups.map(({ threshold }) => threshold),
    split.groupThreshold,
  );
}

function sumOfLeast(numbers: readonly number[], count: number): number {
  const least = [...numbers].sort((a, b) => a - b).slice(0, count);
  return least.reduce((sum, number) => sum + number, 0);
}
