import type { KeyState } from "../pictures/keyStates";
import type { SegmentState } from "../pictures/segments";

/** Sentences of the pictures: legends, summaries and what a screen reader says instead. */
export const pictures = {
  rings: {
    needs: (needed: number, of: number) => `needs ${needed} of ${of}`,
    met: "enough",
    more: (count: number) => `${count} more`,
    group: (name: string, given: number, needed: number) =>
      given >= needed
        ? `${name}: ${given} of ${needed}, enough.`
        : `${name}: ${given} of ${needed}, ${needed - given} more needed.`,
    quorum: "Quorum",
    open: "no quorum yet",
    groups: (met: number, needed: number) =>
      needed === 1 ? `${met} of 1 group` : `${met} of ${needed} groups`,
    member: {
      away: "not here",
      here: "here",
      given: "has agreed",
      bad: "share is not right",
    },
  },

  segments: {
    states: {
      unread: "Not yet read",
      good: "Good",
      repaired: "Repaired",
      damaged: "Damaged",
      missing: "Missing",
    } satisfies Record<SegmentState, string>,
    place: (first: string, last: string, state: string) =>
      first === last ? `Segment ${first}: ${state}` : `Segments ${first} to ${last}: ${state}`,
    worst: (first: string, last: string, state: string) =>
      `Segments ${first} to ${last}: worst is ${state}`,
    point: "Point at a place to see its segments.",
    list: "List every place that is not good",
    table: "Places that are not good",
    none: "Nothing is damaged, missing or repaired so far.",
    columns: { state: "State", first: "From segment", last: "To segment", count: "Segments" },
  },

  timeline: {
    states: {
      preActivation: "Pre-activation",
      active: "Active",
      suspended: "Suspended",
      deactivated: "Deactivated",
      compromised: "Compromised",
      destroyed: "Destroyed",
    } satisfies Record<KeyState, string>,
    span: (state: string, from: string, until: string) => `${state}, ${from} to ${until}`,
    since: (state: string, from: string) => `${state} since ${from}`,
    today: "Today",
    due: (date: string) => `Rotation due ${date}`,
    used: (percent: number) => `${percent} % of its time used`,
    overdue: "Its time is over",
  },

  throughput: {
    summary: (now: string, highest: string, duration: string) =>
      `Now ${now}, highest ${highest}, over ${duration}`,
    phase: (name: string, duration: string) => `${name}, ${duration}`,
    start: "start",
    none: "The first figures come in a few seconds.",
  },
} as const;
