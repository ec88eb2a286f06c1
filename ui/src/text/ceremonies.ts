import type { ObjectState, StepMark } from "../ceremonies/types";

/** Sentences of the ceremony runner. */
export const ceremonies = {
  script: {
    label: "Script",
    mark: {
      done: "done",
      current: "now",
      next: "to come",
      exception: "done, with an exception",
    } satisfies Record<StepMark, string>,
    minutes: (minutes: number) => `${minutes} min`,
    left: (minutes: number) => `about ${minutes} min left`,
    over: "every step is done",
    confirmed: (names: string) => `confirmed by ${names}`,
  },

  step: {
    label: "This step",
    place: (taken: number, of: number) => `Step ${taken + 1} of ${of}`,
    say: "Say",
    task: "Do",
    why: "Why",
    acts: "acts",
    confirms: "confirms",
    hasConfirmed: "has confirmed",
    unmet: "Before this step",
    exception: "It is not as the script says",
    note: "Add a note",
    pause: "Pause",
  },

  room: {
    people: "People",
    quorum: "Quorum",
    objects: "On the table and in memory",
    here: "here",
    away: "not here",
    token: (label: string) => `Token ${label}`,
    tokenIn: "in the reader",
    objectState: {
      notYet: "not yet",
      here: "here",
      gone: "gone",
    } satisfies Record<ObjectState, string>,
    secret: "secret",
    nothing: "Nothing yet.",
    outstanding: (count: number) =>
      count === 1
        ? "1 secret object must be gone before the ceremony can be closed."
        : `${count} secret objects must be gone before the ceremony can be closed.`,
    accounted: "No secret object is left.",
  },
} as const;
