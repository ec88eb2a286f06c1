import type { Severity } from "../home/types";

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
      title: (script: string) =>
        script === "genesis" ? "A genesis was interrupted" : "A restore was interrupted",
      detail: (script: string) =>
        script === "genesis"
          ? "The program or the machine stopped in the middle of it. No half-made key counts. " +
            "The next genesis gives it up, and says which sheets and tokens are void."
          : "The program or the machine stopped in the middle of it. Nothing half-written bears " +
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
    margin: {
      title: (key: string, group: string) => `${key} has no holder to spare among the ${group}`,
      detail: "If one of them loses a share, nobody opens this key again.",
      door: "Look at the key",
    },
  },
} as const;
