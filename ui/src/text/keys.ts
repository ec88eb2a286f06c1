/** Sentences of master keys. */
export const keys = {
  lead: "Archives are sealed to a key's public half. Its holders open them together.",
  one: "What this key protects, and who opens it.",
  begin: "Make a key in a ceremony",
  list: "Master keys",
  lives: "Their lives",
  timeline: "States of the master keys over time",
  earlier: "Earlier changes of state are in the log.",
  openLog: "Look at the log",
  none: "No master key yet",
  noneDetail: "A key is made in a ceremony, with its holders in the room.",
  unknown: (name: string) => `This vault has no key ${name}`,
  unknownDetail: "It may be of another environment or another vault.",
  all: "All keys",

  fingerprint: (name: string) => `Fingerprint of ${name}`,
  due: "Rotation due",
  overdue: "Rotation is overdue since",
  since: "Active since",
  archives: "Archives it protects",
  oldCapsules: "Media that still carry an older capsule",
  opens: "Fewest people who open it",
  loses: "Fewest losses that end it",
  split: "Held by",
  needs: (needed: number, of: number) => `${needed} of ${of}`,
  noSplit: "No split: nobody holds a share of it.",
  groups: (needed: number, of: number) =>
    needed === of ? "Every group must agree." : `${needed} of ${of} groups must agree.`,

  fingerprintTitle: "Fingerprint",
  fingerprintHint: "Compare these words with those in the minutes before anything is sealed to it.",
  holders: "Who holds its shares",
  splitSince: "This split since",
  columns: { holder: "Holder", where: "Where", proved: "Proved readable" },
  needsOf: (needed: number, of: number) => `needs ${needed} of ${of}`,
  onToken: (serial: string) => `Token ${serial}`,
  onSheet: "Sheet",
  notProved: "Never proved",
  margin: "How much there is to spare",
  nothingLeft: "Nothing that can be used",
  proofDue: "to be proved now",
  flaw: "Tokens that fail together",
  unreachable: "No quorum is left: nobody can open it. Seal anew what lies under it.",
  prove: "Prove that its shares are good",
  refresh: "Hand out new shares",
  opensWith: (count: number) =>
    count === 1 ? "One person alone opens it." : `${count} people together open it.`,
  spare: (count: number) =>
    count === 0
      ? "Losing a single share more can end it. Replace what is lost now."
      : count === 1
        ? "Whichever share is lost, it still opens. A second loss can end it."
        : `Whichever ${count} shares are lost, it still opens. One more can end it.`,
  recipient: "Recipient",
  recipientHint: "The public half, for the machines that seal. It is no secret.",
  copyRecipient: "Copy the recipient",
  recipientWhole: "Show the whole recipient",
  created: "Created",
  stateSince: "In this state since",
  protects: (count: string, archives: number) =>
    archives === 1 ? "1 archive is sealed to it." : `${count} archives are sealed to it.`,
  facts: "State",
} as const;
