/** Sentences of the parts: what every screen shares. */
export const parts = {
  required: "required",
  optional: "optional",
  choose: "Choose one",
  dayForm: "YYYY-MM-DD",
  close: "Close",
  copy: "Copy",
  copied: "Copied",
  copyFailed: "Not copied. Select the text and copy it by hand.",
  dismiss: "Dismiss",
  retry: "Try again",

  showHex: "Show as hex",
  hideHex: "Hide hex",

  problem: {
    meaning: "What it means",
    remedy: "What to do",
    details: "Details for the report",
    code: "Code",
    who: "Who to ask",
  },

  table: {
    coming: "Reading",
    failed: "This part of the list could not be read.",
    rows: (count: string) => (count === "1" ? "1 row" : `${count} rows`),
    place: (first: string, last: string, count: string) => `${first} to ${last} of ${count}`,
    empty: "Nothing here.",
  },

  tree: {
    coming: "Reading",
    failed: "could not be read",
    chosen: { all: "chosen", some: "partly chosen", none: "not chosen" },
  },

  step: {
    done: "done",
    current: "now",
    next: "to come",
    exception: "done, with an exception",
  },

  progress: {
    of: (value: string, total: string) => `${value} of ${total}`,
    percent: (percent: number) => `${percent} %`,
    unknown: "How much there is will be known in a moment",
  },

  countdown: {
    left: (time: string) => `${time} left`,
    over: "it is over",
  },

  signal: {
    note: "Note",
    good: "Good",
    caution: "Caution",
    danger: "Danger",
    drill: "Drill",
  },

  messages: "Messages",
} as const;
