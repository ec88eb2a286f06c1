import type { Carrier } from "../ceremonies/quorum.svelte";

/** Sentences of the form that begins a genesis. */
export const genesis = {
  title: "Make a master key",
  lead: "Say who is in the room and who shall hold the shares. Nothing is made before you begin.",
  begin: "Begin the ceremony",
  custodians: "custodians",
  officers: "officers",

  room: "The room",
  place: "Place",
  placeHint: "As it shall stand in the minutes, such as “Vault room, second floor”.",
  administrator: "Ceremony administrator",
  administratorHint: "Leads through the script.",
  witness: "Witness",
  witnessHint: "Follows the script and certifies it. Holds no share.",
  dice: "Roll dice",
  diceMeaning: "So that the machine alone does not choose the key. Takes about ten minutes.",

  quorum: "The quorum",
  group: "Name of the group",
  groupOf: (number: number) => `Group ${number}`,
  threshold: "How many of them must agree",
  holder: (number: number) => `Holder ${number}`,
  carrier: (name: string, number: number) => `Share of ${name || `holder ${number}`} is on`,
  carriers: {
    token: "a token",
    sheet: "a sheet",
    both: "a token and a sheet",
  } satisfies Record<Carrier, string>,
  addHolder: "Add a holder",
  remove: "Remove",
  removeHolder: (name: string, number: number) => `Remove ${name || `holder ${number}`}`,
  addGroup: "Add a group",
  removeGroup: (name: string) => `Remove the group ${name}`,
  groupThreshold: "How many groups must agree",

  sheets: "Folder for the sheets",
  sheetsHint:
    "Sheets of real shares are never written to a disk. Choose a folder in memory, such as one " +
    "below /dev/shm, and print from there.",
  sheetsDrillHint: "Any folder. The sheets of a drill open nothing real.",
  sheetsTitle: "Folder for the sheets",
  choose: "Choose the folder",
  chooseOther: "Choose another folder",

  meaning: (groups: readonly { name: string; threshold: number; of: number }[], all: boolean) => {
    const part = (group: { name: string; threshold: number; of: number }) =>
      `any ${group.threshold} of ${group.of} ${group.name || "holders"}`;
    const opens = groups.map(part).join(all ? " and " : " or ");
    return `${opens.charAt(0).toUpperCase()}${opens.slice(1)} open the key.`;
  },
  spare: (name: string, spare: number) =>
    spare === 0
      ? `If one of the ${name || "holders"} loses a share, the key is lost.`
      : `${spare} of the ${name || "holders"} may lose a share without harm.`,

  wrong: {
    place: "Name the place; it stands in the minutes.",
    name: "Name the person.",
    group: "Name the group.",
    groupTwice: "Another group has this name.",
    holderTwice: "This person would hold two shares.",
    witnessActs: "The witness must be somebody else than the administrator.",
    witnessHolds: "The witness holds no share. Name somebody else.",
    threshold: (most: number) => `A number from 1 to ${most}.`,
    sheets: "Choose the folder that the sheets go to.",
    some: (count: number) =>
      count === 1 ? "One thing is missing or wrong." : `${count} things are missing or wrong.`,
  },
} as const;
