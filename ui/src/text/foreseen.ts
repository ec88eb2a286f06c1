import type { LossWhat } from "../ipc/call";

/** What becomes of a name that the target has already, by the plan's policy. */
const outcomes: Record<string, { said: string; isLoss: boolean }> = {
  fail: { said: "Then nothing at all is restored: the restore will stop here.", isLoss: true },
  skip: { said: "These stay as they are. The archive's own are left out.", isLoss: false },
  keepboth: {
    said: "These stay as they are. The archive's own come beside them, under other names.",
    isLoss: false,
  },
  newer: {
    said: "Those that are older than the archive's own are replaced, and gone afterwards.",
    isLoss: true,
  },
  replace: { said: "These are replaced, and gone afterwards.", isLoss: true },
};

/** Sentences about what a restore would do to its target. */
export const foreseen = {
  title: "What will come back, and what it meets",
  counts: {
    files: "Files",
    folders: "Folders",
    links: "Links",
    kept: "Right already from an earlier run",
    bytes: "They take",
    free: "Free in the target",
    fileSystem: "File system",
  },
  freeUnknown: "not known",
  noRoom: "The target has not enough room",
  noRoomDetail: "Nothing will be restored. Make room there, or give up and choose another folder.",
  volumes: "Volumes that are read, in this order",
  volume: (number: number) => `Volume ${number},`,
  away: "not here",
  conflicts: (count: string, names: number) =>
    names === 1 ? "One name is there already" : `${count} names are there already`,
  conflictOutcome: (conflict: string) => outcomes[conflict]?.said ?? conflict,
  conflictIsLoss: (conflict: string) => outcomes[conflict]?.isLoss ?? true,
  more: (count: string) => `and ${count} more`,
  translated: (count: string, names: number) =>
    names === 1
      ? "One name is written otherwise, because the target cannot hold it"
      : `${count} names are written otherwise, because the target cannot hold them`,
  translatedDetail: "A map in the target brings them back.",
  translatedTable: "Names that are written otherwise",
  columns: { path: "In the archive", name: "In the target" },
  losses: "What the target cannot keep",
  first: "first",
  loss: {
    largeFiles: "Files that are too large, which are left out",
    symlinks: "Symbolic links, which are left out; the map keeps what they say",
    linkTargets: "Symbolic links that say a name which is translated",
    furtherNames: "Further names of one file, each of which becomes a copy",
    holes: "Holes of files, which are written as zeros",
    attributes: "Extended attributes",
    accessLists: "Access lists",
    permissions: "Permissions",
    times: "Parts of a second in times",
  } satisfies Record<LossWhat, string>,
  lost: (count: string, things: number) =>
    things === 1
      ? "One thing does not come back at all"
      : `${count} things do not come back at all`,
} as const;
