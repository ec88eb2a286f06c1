import type { Used } from "../ceremonies/enrol.svelte";

/** Sentences of the forms about shares and tokens that are there already. */
export const custody = {
  begin: "Begin the ceremony",
  noKey: "There is no key in use whose shares could be looked at",
  noKeyDetail: "A key is made in a ceremony first.",

  refresh: {
    title: "New shares of a key",
    lead: "Somebody leaves or joins, or a share is lost: the key stays, its shares are new.",
    limits: "What new shares cannot do",
    limitsDetail:
      "The old shares still give the same key in another program. Against shares in wrong hands " +
      "only a new key helps.",
    bring: "Who brings a share now",
    bringHint: "As many holders as open the key. Untick whoever is not here.",
    onSheet: "brings the sheet, not the token",
    nothingLeft: "nothing left that could be brought",
    coming: (group: string, comes: number, needed: number) =>
      `${group}: ${comes} come, ${needed} are needed`,
    shall: "Who shall hold the new shares",
  },

  rotation: {
    title: "Replace a key",
    lead: "A new key seals from one moment on; the old one only opens what lies under it.",
    replaced: "The key that is replaced",
    replacedHint: "It stays able to open. Its holders keep their shares until all is sealed anew.",
  },

  health: {
    title: "Prove that shares are good",
    lead: "Every holder opens the own share alone. Nothing is put together, and no key exists.",
    key: "Whose shares",
    holders: "Who holds shares",
    holdersOf: (key: string) => `Who holds shares of ${key}`,
    hint: "Every holder is named: here with what was brought, or absent with the reason.",
    token: "brings the token",
    tokens: "Tokens brought",
    sheet: "brings the sheet",
    reason: (name: string) => `Why ${name} is not here`,
    alone: "A share that is not proved ends nothing",
    aloneDetail:
      "The ceremony writes it down and goes on. At its end everybody hears how many shares may " +
      "yet be lost.",
  },

  enrol: {
    title: "Prepare tokens",
    lead: "New tokens get PIN, keys and passport. Nobody else can use them afterwards.",
    holders: "Who gets a token",
    hint: "Have the tokens in their packages, one for each person. Insert one at a time.",
    usedTitle: "If a token is not new",
    used: {
      refuse: { label: "Refuse it", meaning: "Traces of earlier use are named. The usual choice." },
      resume: {
        label: "Go on with an enrolment that was interrupted",
        meaning: "Its holder types the same PIN and PUK again.",
      },
      reset: {
        label: "Erase one for good",
        meaning:
          "Everything on it is lost, the shares of other keys among it. It stands in the minutes.",
      },
    } satisfies Record<Used, { label: string; meaning: string }>,
    serial: "Serial number of the token to erase",
    serialHint: "As it is printed on it.",
  },

  wrong: {
    key: "There is no key in use.",
    bearers: "Too few come to open the key.",
    witnessBrings: "The witness brings no share. Name somebody else.",
    nobody: "Somebody must be here.",
    reason: "Say why, in a few words. It stands in the minutes.",
    tokens: (most: number) => `A number from 0 to ${most}.`,
    nothing: "Name what was brought, or untick the person.",
    tokenTwice: "One token for each person in a ceremony. Hold another one for the second.",
    serial: "Write the number that is printed on the token.",
  },
} as const;
