import type { FoundInDrive, OwnersBy } from "../ipc/call";

/** Sentences of what is done at the media desk besides the request: going on, and one drive. */
export const atDesk = {
  unfinished: {
    title: "Restores that were interrupted",
    lead: "What they did is not lost. A new request goes on where it was; a quorum approves it.",
    into: (folder: string) => `into ${folder}`,
    some: (patterns: string) => `only ${patterns}`,
    asked: "asked for",
    goOn: "Go on",
    goOnNamed: (label: string) => `Go on with ${label}`,
    away: "Its archive is not here. Choose its folder, then the same target.",
  },

  resume: {
    label: "Go on with the restore that was interrupted in this folder",
    meaning:
      "What it restored is kept and not read again. Otherwise it is cleared away, and everything " +
      "begins anew.",
    summary: "It goes on with the restore that was interrupted there; what that did is kept.",
  },

  owners: {
    title: "Owners and rights",
    by: "Whose the files become",
    choices: {
      none: {
        label: "Of whoever runs this program",
        meaning: "The safest: nobody gets more than they have. Access lists are left out.",
      },
      name: {
        label: "Of people with the same name here",
        meaning: "Access lists follow. Only root can give files to others.",
      },
      number: {
        label: "Of whoever has the same number here",
        meaning: "Right on the same system, or on one with the same list of users.",
      },
    } satisfies Record<OwnersBy, { label: string; meaning: string }>,
    users: "Users who are somebody else here",
    groups: "Groups that are another one here",
    tableHint: "One per line, as OLD=NEW, by name or by number. Goes before the choice above.",
    privileges: "Bring back rights to act for somebody else",
    privilegesMeaning:
      "Setuid, setgid and sticky bits, capabilities and security labels. A file of a hostile " +
      "archive could then act for you.",
    summary: {
      none: "",
      name: "Files get owners of the same name here.",
      number: "Files get owners of the same number here.",
    } satisfies Record<OwnersBy, string>,
    summaryTable: (count: number) =>
      count === 1
        ? "One person or group is translated."
        : `${count} people or groups are translated.`,
    summaryPrivileges: "Setuid bits, capabilities and security labels come back.",
  },

  drive: {
    title: "One drive",
    lead:
      "If the volumes are on discs or tapes and there is one drive, they go into it one after " +
      "the other. You are asked for each.",
    choose: "Read through one drive",
    picker: "Choose the folder at which the drive's media are seen",
    opening: "The archive is being opened",
    nothing: "The program reads. Leave the medium in.",
    insert: (volume: number, volumes: number | null) =>
      volumes === null ? `Insert volume ${volume}` : `Insert volume ${volume} of ${volumes}`,
    insertLast: (label: string) => `Insert the last volume of “${label}”, which carries the index`,
    insertAny: "Insert any volume of the archive",
    of: (label: string) => `of “${label}”`,
    where: (folder: string) => `The drive is looked for at ${folder}.`,
    found: {
      nothing: () => ({
        title: "No volume is in the drive",
        detail: "Put it in, and wait until it is seen.",
      }),
      unreadable: () => ({
        title: "What is in the drive cannot be recognised",
        detail: "It is damaged, or no archive. Clean it, or bring another copy.",
      }),
      other: (found: { volume: number }) => ({
        title: `In the drive is volume ${found.volume} of this archive`,
        detail: "It belongs here, and another one is wanted now.",
      }),
      foreign: (found: { volume: number; label: string }) => ({
        title: "In the drive is a volume of another archive",
        detail: `It is volume ${found.volume} of “${found.label}”. It is left as it is.`,
      }),
    } satisfies {
      [Is in FoundInDrive["is"]]: (found: Extract<FoundInDrive, { is: Is }>) => {
        title: string;
        detail: string;
      };
    },
    isIn: "It is in the drive",
    without: "Go on without it",
    withoutTitle: (volume: number) => `Go on without volume ${volume}?`,
    withoutDetail:
      "What lies on it and cannot be worked out of the parity is lost to this restore. The " +
      "report names every file. Nobody is asked for this volume again.",
    withoutConfirm: "Go on without it",
    back: "Back",
    stop: "Stop",
    cannotVerify: "Volumes are not verified through one drive.",
    cannotVerifyDetail:
      "Check each medium by itself, from the page of archives, or copy all volumes onto one disk.",
  },
} as const;
