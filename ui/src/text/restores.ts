import type { RestoreVerdict, VolumeState } from "../restores/types";

/** Sentences of restores. */
export const restores = {
  media: {
    volumes: "Volumes",
    volume: (number: number, of: number) => `Volume ${number} of ${of}`,
    insert: (number: number, of: number, label: string) =>
      `Insert volume ${number} of ${of}, “${label}”`,
    complete: "Every volume that is wanted is here",
    completeDetail: "Leave the media in until the restore is done.",
    anyOrder: (count: number) =>
      count === 1 ? "One more volume is wanted." : `${count} more volumes are wanted.`,
    states: {
      here: "Here",
      read: "Read",
      next: "Insert now",
      wanted: "Wanted later",
      unwanted: "Not needed for this restore",
      lost: "Said to be lost",
    } satisfies Record<VolumeState, string>,
    inserted: {
      right: "This is the right medium.",
      later: "This volume belongs here and is wanted later. It can stay in.",
      foreign: "This medium belongs to another archive.",
      unreadable: "This medium cannot be read.",
    },
  },

  report: {
    verdicts: {
      complete: "Complete",
      damaged: "Complete but damaged",
      incomplete: "Incomplete",
      unproved: "All that was found",
    } satisfies Record<RestoreVerdict, string>,
    meaning: {
      complete: "Everything that was asked for is there and verified.",
      damaged: "Everything is there, but some files have lost parts. They are named below.",
      incomplete: "Something is not there at all. It is named below.",
      unproved:
        "All that was found is there and verified. The archive has lost its root, so nobody can " +
        "say that nothing is missing.",
    } satisfies Record<RestoreVerdict, string>,
    counts: {
      files: "Files restored and verified",
      bytes: "Content",
      folders: "Folders",
      links: "Links",
      kept: "Right already from an earlier run",
      mended: "Segments mended with the parity",
      damaged: "Damaged files",
      lost: "Not there at all",
    },
    damaged: "Damaged files",
    columns: {
      path: "Path",
      published: "Restored as",
      lost: "Lost",
      ranges: "Where",
      cause: "Why",
    },
    openHint: "Open a file to see every range of bytes that is lost.",
    rangesOf: (path: string) => `What is lost of ${path}`,
    ranges: { from: "From byte", until: "To byte", length: "Bytes" },
    range: (from: string, until: string) => `${from} to ${until}`,
    more: (count: number) => `and ${count} more`,
    lost: "Not there at all",
    skipped: "Left alone, because something of that name was there",
    renamed: "Restored under another name",
    warnings: "Worth knowing",
    count: (count: string) => `(${count})`,
  },
} as const;
