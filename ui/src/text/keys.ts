/** Sentences of master keys. */
export const keys = {
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
} as const;
