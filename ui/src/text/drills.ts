import type { StageName } from "../drills/guided.svelte";
import type { MediaVerdict } from "../ipc/call";

interface StageText {
  title: string;
  what: string;
  why: string;
  action: string;
}

/** Sentences of the drills. */
export const drills = {
  lead: "Training on the real engine, with keys of its own. Nothing here opens anything real.",
  guided: "Guided drill",
  stages: "Stages of the guided drill",
  open: "Open the guided drill",
  intro:
    "Ten minutes at this desk, alone or with your team. You make a key with three tokens, seal a " +
    "sample, damage it, restore it honestly, and read what happened.",
  introKept: "It can be left at any time and goes on where it was.",
  team: (names: string) => `Your team: ${names}. You may play them all.`,
  why: "In real life",
  soFar: "What happened so far",
  busy: "Another ceremony is under way.",
  working: "One moment.",

  stage: {
    key: {
      title: "Make a key",
      what:
        "Three custodians each get a share of a new master key on a token. Any two of them open " +
        "it, and nobody alone does.",
      why: "The key is what remains when the systems are gone. Nobody may lose it or use it alone.",
      action: "Begin the ceremony",
    },
    seal: {
      title: "Seal a sample",
      what:
        "Ledgers, letters and scans of a company that does not exist are sealed to the key. Then " +
        "the originals are deleted.",
      why: "The machine that seals holds no secret. What it writes, it cannot read back.",
      action: "Seal the sample",
    },
    damage: {
      title: "Damage it",
      what: "A few bits on the medium are flipped, as years in a drawer would do.",
      why: "Media fail. What counts is that the damage is seen before somebody relies on them.",
      action: "Flip bits on the medium",
    },
    restore: {
      title: "Restore it honestly",
      what:
        "Two custodians are shown the plan and approve it. What is whole comes back; what is not " +
        "is named.",
      why: "A restore never stops at the first bad byte, and never lets damage look intact.",
      action: "Begin the restore",
    },
    debrief: {
      title: "Read the debriefing",
      what: "Every file that came back is compared with what was there before.",
      why: "A restore that was never tried is a hope. This one you can show to an auditor.",
      action: "Finish the drill",
    },
  } satisfies Record<StageName, StageText>,

  verify: {
    title: "See the damage",
    what:
      "The bits are flipped. Now verify the medium: nobody is needed for that, because it takes " +
      "no key.",
    action: "Verify without a key",
    skip: "Go on without it",
    progress: "Verified",
    map: "Segments on the medium",
    verdicts: {
      intact: "The medium is intact",
      repairable: "The medium is damaged and can be repaired",
      damaged: "The medium is damaged",
      incomplete: "Parts of the archive are not here",
    } satisfies Record<MediaVerdict, string>,
    found: (found: number, injected: number) =>
      `${found} damaged ${found === 1 ? "place was" : "places were"} found; bits were flipped in ` +
      `${injected} ${injected === 1 ? "segment" : "segments"}.`,
    none: "Nothing was found, although bits were flipped. Report this.",
  },

  done: {
    key: "The key is effective: 3 shares, any 2 open it.",
    sealing: "Sealed",
    sealed: (files: string, bytesIn: string, bytesOut: string) =>
      `${files} files, ${bytesIn}, sealed to ${bytesOut} on the medium. The originals are gone.`,
    medium: (bytes: string, segments: string) =>
      `${bytes} of content sealed in ${segments} segments. The originals are gone.`,
    damaged: (segments: string) => `Bits were flipped in ${segments}.`,
    segments: (numbers: readonly number[]) =>
      `${numbers.length === 1 ? "segment" : "segments"} ${numbers.join(" and ")}`,
  },

  debrief: {
    honest: "The restore was honest",
    honestDetail:
      "Every file is either back, byte for byte, or named as damaged. None looks whole and is not.",
    dishonest: "Damage was disguised",
    dishonestDetail:
      "At least one file is not as it was, and the restore did not say so. This must never " +
      "happen. " +
      "Keep the drill as it is and report it.",
    sealed: "Files sealed",
    identical: "Back, byte for byte",
    named: "Named as damaged",
    disguised: "Disguised",
    namedList: "Files that the restore named",
    disguisedList: "Files that nobody named",
    injected: "What was done to the medium",
    papers: "What you could show to an auditor",
    noPapers: "No documents were found.",
    next: "What to try next",
    nextDetail:
      "Begin anew and take a token out before a step that needs it, type a wrong PIN, or " +
      "record an " +
      "exception. Nothing can break.",
  },

  reset: {
    action: "Begin anew",
    title: "Begin the guided drill anew?",
    detail:
      "Its vault, keys, tokens, minutes and restored files are deleted. Nothing outside of " +
      "the drill " +
      "is touched.",
    confirm: "Delete and begin anew",
    back: "Keep it",
  },
} as const;
