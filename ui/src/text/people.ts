/** Sentences of people and their tokens. */
export const people = {
  lead: "Everybody this vault knows, with their roles and their tokens.",
  begin: "Begin a ceremony",
  none: "Nobody is on the record yet",
  noneDetail: "People get here by taking part in a ceremony: as holders, witnesses or leaders.",
  replaceBy: "To be replaced by",
  replaceNow: "Replace it now",
  label: "People",
  columns: { name: "Name", roles: "Roles", tokens: "Tokens", since: "Since" },
  roles: {
    administrator: "Administrator",
    custodian: "Custodian",
    witness: "Witness",
    operator: "Operator",
    engineer: "Engineer",
    trainer: "Trainer",
    auditor: "Auditor",
  },
  left: "Left",
  leftMeaning: "Shares held by somebody who left are to be replaced.",
  noToken: "No token",
  virtual: "Virtual, for drills",
  retired: "Retired",
  firmware: (version: string) => `firmware ${version}`,
  noTokens: "No token is enrolled",
  noTokensDetail:
    "A token is enrolled in the ceremony that puts a share on it. A sheet needs no token.",
} as const;
