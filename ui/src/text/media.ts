/** Sentences of media on the record: where they lie, how they are, and checking them. */
export const media = {
  title: "Media on the record",
  lead:
    "Discs, tapes and sticks age. Each one that carries this archive is checked from time to " +
    "time, without a key.",
  none: "No medium of this archive is on the record",
  noneDetail:
    "Write a name on the medium, connect it, and add it here. From then on the program says when " +
    "it is to be checked.",
  list: "Media that carry this archive, the longest unchecked first",
  columns: {
    name: "Name",
    volumes: "Volumes",
    place: "Where it lies",
    last: "Last check",
    health: "Health",
    due: "Next check",
  },
  kinds: { dvd: "DVD", "bd-r": "Blu-ray disc", lto: "Tape", usb: "USB", disk: "Disk" },
  noPlace: "not known",
  never: "never",
  health: {
    unchecked: "Not checked",
    good: "Good",
    weak: "Weak",
    lost: "Damaged",
  },
  dueNow: { full: "Full check due", sample: "Sample due" },
  warning: {
    title: (name: string) => `Copy ${name} anew`,
    alarm: (name: string) => `${name} has lost something`,
    lost: (frames: string) =>
      `${frames} parts of it cannot be read or mended any more. Take another copy of this ` +
      "archive, check it, and copy it anew.",
    unjudged: (frames: string) =>
      `${frames} parts of it are damaged. This medium alone does not tell whether the others can ` +
      "mend that: connect them too, and check it again.",
    together: (name: string) => `Check ${name} together with the others`,
    grown: (before: string, now: string) =>
      `The damage grows: ${before} damaged parts before, ${now} now. All of it can still be ` +
      "mended. Copy this medium anew while that is so.",
    slower: (before: string, now: string) =>
      `It read ${before} before and ${now} now. A medium often becomes slow before it fails. ` +
      "Copy this medium anew.",
    unreadable: (errors: string) =>
      `The drive failed to read ${errors} times. Try another drive; if it stays so, copy this ` +
      "medium anew.",
  },
  read: (percent: number, checks: number) =>
    `${percent} % of it was read in the last ${checks === 1 ? "check" : `${checks} checks`}.`,

  check: {
    title: "Check a medium",
    person: "Who checks",
    which: "Which medium is connected",
    whichHint: "Read the name that is written on it.",
    extent: "How much is read",
    full: "All of it",
    fullMeaning: "Takes as long as reading the whole medium.",
    sample: "A sample of 5 %",
    sampleMeaning: "Samples take turns: twenty of them have read everything.",
    choose: "Choose its folder and check it",
    picker: "The folder on the medium that holds the volumes",
    indexLead: "The last volume carries the index. If it lies on another medium, connect that too.",
    index: "Choose where the last volume is",
    indexPicker: "The folder that holds the last volume",
    indexAt: "The last volume is in",
    progress: "Checking the medium",
    detail: (size: string, rate: string) => `${size} read, ${rate}`,
    stop: "Stop",
    stopping: "It stops at the next safe point.",
    stopped: "Stopped",
    stoppedDetail: "Nothing was written down about the medium but that the check was broken off.",
    done: (name: string) => `${name} was checked`,
    counts: (good: string, mendable: string, lost: string) =>
      `${good} parts are good, ${mendable} are damaged and can be mended, ${lost} are lost.`,
    unjudged: (count: string) =>
      `${count} more are damaged; whether the others can mend them, this medium alone does not ` +
      "tell.",
  },

  add: {
    title: "Add a medium",
    lead: "The folder on the medium is looked at, and what it carries is put on the record.",
    name: "Name written on the medium",
    kind: "What it is",
    place: "Where it is kept",
    choose: "Choose its folder and add it",
    noName: "Give it a name first.",
  },
} as const;
