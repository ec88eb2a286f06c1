import type { Severity } from "../home/types";

const kinds: Readonly<Record<string, string>> = {
  genesis: "A genesis",
  restore: "A restore",
  refresh: "A ceremony for new shares",
  health: "A ceremony that proves shares",
  enrol: "An enrolment of tokens",
};
const OF_SHARES = ["refresh", "health", "enrol"];

/** Sentences of the home screen. */
export const home = {
  lead: "For the day on which the systems are gone.",
  needs: "What needs a person",
  nothing: "Nothing needs a person",
  nothingDetail: "Keys, media, requests and the log were looked at.",
  severities: {
    now: "Now",
    soon: "Soon",
    note: "Worth knowing",
  } satisfies Record<Severity, string>,
  due: (date: string) => `by ${date}`,

  first: {
    title: "Begin with the guided drill",
    detail:
      "In about ten minutes you make a key with three tokens, seal a sample, damage it and " +
      "restore " +
      "it. Nothing real is touched: the drill has a vault and keys of its own.",
    action: "Begin the guided drill",
  },

  doors: {
    label: "Doors",
    ceremonies: "Make a key, split it, prove every share: with a script, witnesses and minutes.",
    restore: "Open an archive once a quorum has approved what is restored, and where to.",
    drills: "Stage a loss and a restore with real tools on data that is made up.",
  },

  vaults: {
    label: "Shown here",
    vault: "This vault",
    drill: "Guided drill",
    ceremony: "A ceremony is under way in the vault that is shown.",
  },

  need: {
    noKey: {
      title: "There is no master key yet",
      detail: "Until there is one, nothing can be sealed. A ceremony makes it.",
      door: "Make a key",
    },
    ceremony: {
      title: "A ceremony is under way",
      detail: "It waits for the people in the room, whichever page is looked at.",
      door: "Go to the ceremony",
    },
    interrupted: {
      title: (script: string) => `${kinds[script] ?? "A ceremony"} was interrupted`,
      detail: (script: string) =>
        OF_SHARES.includes(script)
          ? "The program or the machine stopped in the middle of it. What was proved or admitted " +
            "before is on the record; nothing else counts. Begin it again."
          : script === "genesis"
            ? "The program or the machine stopped in the middle of it. No half-made key counts. " +
              "The next genesis gives it up, and says which sheets and tokens are void."
            : "The program or the machine stopped in the middle of it. Nothing half-written has " +
              "a final name. The next restore gives it up; ask for it again.",
      door: "Go to Ceremonies",
    },
    unfinished: {
      title: (label: string) => `A restore of “${label}” was interrupted`,
      detail: (target: string) =>
        `It restored into ${target}. What it did is not lost: the next one goes on there.`,
      door: "Go on with it",
    },
    requests: {
      title: (count: number) =>
        count === 1 ? "A request waits for approvals" : `${count} requests wait for approvals`,
      detail: "Somebody asked for a restore. Approvals hold for a day.",
      door: "Go to Restore",
    },
    mediaFail: {
      title: (count: number) =>
        count === 1 ? "A medium should be copied anew" : `${count} media should be copied anew`,
      detail: (names: string) => `${names}: the last checks found more damage, or less speed.`,
      door: "Go to Archives",
    },
    mediaDue: {
      title: (count: number) =>
        count === 1 ? "A medium is to be checked" : `${count} media are to be checked`,
      detail:
        "Connect them one by one; no key is needed. The page of each archive lists its media.",
      door: "Go to Archives",
    },
    openIntents: {
      title: (count: number) =>
        count === 1
          ? "One operation was begun and never ended"
          : `${count} operations were begun and never ended`,
      detail: "The program or the machine stopped in the middle. The log says in what.",
      door: "Look at the log",
    },
    log: {
      title: "The log does not read as it was written",
      door: "Look at the log",
    },
    proofsDue: {
      title: (key: string, count: number) =>
        count === 1
          ? `A share of ${key} is to be proved`
          : `${count} shares of ${key} are to be proved`,
      detail: "Holders show that what they have can still be used. Nothing is put together.",
      door: "Prepare the ceremony",
    },
    margin: {
      title: (key: string) => `${key} has no share to spare`,
      detail: "If one more is lost, nobody may be able to open this key again.",
      lost: (key: string) => `Nobody can open ${key} any more`,
      lostDetail: "No quorum of its shares is left. Seal anew what lies under it.",
      door: "Look at the key",
    },
  },
} as const;
