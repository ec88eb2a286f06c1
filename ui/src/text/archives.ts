/** Sentences of archives, media and documents. */
export const archives = {
  lead: "What was sealed on the record of this vault, where it lies, and what ceremonies left.",
  choose: "Open an archive",
  label: "Archives",
  title: "Archives",
  none: "No archive is on the record",
  noneDetail:
    "Archives are sealed on the command line with strongroom seal. Those sealed to a key of this " +
    "vault are listed here.",
  columns: {
    label: "Label",
    sealed: "Sealed",
    key: "Key",
    content: "Content",
    stored: "On media",
    volumes: "Volumes",
    here: "Where",
  },
  here: "Here",
  away: "Not here",
  noKey: "not known",

  one: "What is known of this archive, and its health.",
  unknown: "This archive is not on the record of this vault",
  unknownDetail: "It may be of another environment or another vault.",
  facts: "On the record",
  location: "Location",
  copyLocation: "Copy the location",
  id: "Number",
  restore: "Restore from it",
  awayReason: "Its folder is not here. Connect the medium, then look again.",
  lookAgain: "Look again",
  verify: "Verify it without a key",
  verifyAway: "It can be verified when its folder is here.",

  documents: {
    title: "Documents",
    none: "No document yet",
    folder: "They lie in",
    copyFolder: "Copy the path of the folder of documents",
    noneDetail: "Every ceremony leaves one: minutes, or evidence of a restore.",
    kinds: { minutes: "Minutes of a ceremony", evidence: "Evidence of a restore" },
    copy: (kind: string) => `Copy the path: ${kind}`,
    digest: "Digest",
    digestOf: (kind: string) => `Digest: ${kind}`,
  },
} as const;
