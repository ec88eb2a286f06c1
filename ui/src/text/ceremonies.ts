import type { JobPhase, Limit } from "../ipc/call";
import type { ObjectState, StepMark } from "../ceremonies/types";

/** What the button of a step says, by the step's name in the script. */
const deeds: Record<string, (subject: string) => string> = {
  "check-in": (name) => `${name} is here`,
  preflight: () => "The machine was looked at",
  "system-entropy": () => "Collect randomness",
  dice: () => "Type the dice",
  generate: () => "Make the key",
  split: () => "Split the key",
  enrol: () => "Prepare the token",
  seal: () => "Seal the share",
  print: () => "Make the sheet",
  "prove-token": () => "Prove the share",
  "prove-sheet": () => "Type the words back",
  accept: () => "Put it on the record",
  compare: () => "The words are the same",
  effective: () => "Make the key effective",
  change: () => "Everybody heard what will change",
  bring: () => "Bring the share",
  combine: () => "Put the key together",
  exposure: () => "Everybody heard what old shares still open",
  test: () => "Test the token",
  passport: () => "Admit the token",
  margin: () => "Everybody heard how the shares stand",
  minutes: () => "Write the minutes",
  sign: (name) => `${name} agrees`,
  "show-plan": () => "Everybody saw the plan",
  approve: (name) => `${name} approves the plan`,
  open: () => "Open the capsule",
  restore: () => "Begin the restore",
  evidence: () => "Write the evidence",
};

/** What is typed in the window for secrets, by the step's name in the script. */
const secrets: Record<string, string> = {
  enrol: "a new PIN",
  dice: "the results of the dice",
  "prove-sheet": "the words of the sheet",
  "prove-token": "the PIN",
  approve: "the PIN or the words",
  bring: "the PIN or the words",
  test: "the PIN",
};

/** Sentences of the ceremony runner. */
export const ceremonies = {
  lead: "A ceremony is a script that people follow together. It leaves minutes.",
  now: "Ceremony under way",
  projector: "For the projector",
  toProjector: "Show it large, without buttons",
  openProjector: "Open a window for the room",
  fromProjector: "Back to the buttons",

  roles: {
    administrator: "Administrator",
    witness: "Witness",
    custodian: "Custodian",
    officer: "Officer",
    requester: "Requester",
    bearer: "Brings a share",
  } as Record<string, string>,
  bothRoles: (one: string, other: string) => (one.includes(other) ? one : `${one}, ${other}`),

  list: {
    title: "What can be begun",
    genesis: "Make a master key",
    genesisDetail:
      "Makes a key that nobody alone can use, splits it among its holders and proves every " +
      "share. " +
      "About an hour with six people.",
    genesisBegin: "Prepare the ceremony",
    rotation: "Replace a key",
    rotationDetail:
      "When its time is over or somebody may know it. A new key seals, the old one only opens. " +
      "About an hour with six people.",
    refresh: "New shares of a key",
    refreshDetail:
      "When a holder leaves or joins, a share is lost, or it is time. The key stays the same. " +
      "About an hour.",
    health: "Prove that shares are good",
    healthDetail:
      "Once a year: every holder shows that the own share can still be used. Nothing is put " +
      "together. About five minutes a person.",
    enrol: "Prepare tokens",
    enrolDetail:
      "New tokens get a PIN, their keys and a passport, before or after shares are handed out. " +
      "About ten minutes a token.",
    restore: "Restore under quorum",
    restoreDetail: "Begins with the media: what is there, what is wanted, and who must approve.",
    restoreBegin: "Go to Restore",
    underWay: "A ceremony is under way",
    underWayDetail: (title: string) => `${title}. It goes on while you look at other pages.`,
    last: "The last ceremony",
    lastDetail: (title: string) => `${title}. Its outcome can be read until the program ends.`,
    goOn: "Go to the ceremony",
    read: "Read its outcome",
    busy: "Another ceremony is under way.",
  },

  none: {
    title: "No ceremony is under way",
    detail: "Begin one from the page of ceremonies.",
    room: "It is shown here as soon as it begins.",
    action: "Go to Ceremonies",
  },

  elsewhere: {
    title: "This ceremony belongs to the other vault",
    drill: "It is a drill. Show the drill's vault, so that nobody takes it for the real thing.",
    vault: "It is real. Leave the drill, so that nobody takes it for training.",
    action: "Show its vault",
  },

  script: {
    label: "Script",
    mark: {
      done: "done",
      current: "now",
      next: "to come",
      exception: "done, with an exception",
    } satisfies Record<StepMark, string>,
    minutes: (minutes: number) => `${minutes} min`,
    left: (minutes: number) => `about ${minutes} min left`,
    over: "every step is done",
    ended: "given up before its end",
    confirmed: (names: string) => `confirmed by ${names}`,
  },

  step: {
    label: "This step",
    place: (taken: number, of: number) => `Step ${taken + 1} of ${of}`,
    subject: (name: string) => `for ${name}`,
    say: "Say",
    task: "Do",
    why: "Why",
    acts: "acts",
    confirms: "confirms",
    hasConfirmed: "has confirmed",
    unmet: "Before this step",
    exception: "It is not as the script says",
    note: "Add a note",
    pause: "Pause",
    giveUp: "Give up",
    done: "Done",
    carryOut: "Do it",
    sending: "One moment.",
    deed: (step: string, subject: string | null) => deeds[step]?.(subject ?? "") ?? undefined,
    machine: "What this machine says",
    facts: "Read aloud",
    goOnWithout: "Write down that it was not proved",
    fingerprint: (key: string) => `Fingerprint of ${key}`,
  },

  waiting: {
    working: "The program works",
    workingDetail: "Nobody needs to do anything.",
    token: (name: string) => `Put in the token of ${name}`,
    tokenDetail: "The ceremony goes on by itself when it is in.",
    tokenDrill: "In the drill, use the switch beside the name.",
    entering: (name: string, secret: string) => `${name} types ${secret}`,
    enteringDetail:
      "In the window that opened in front of this one. Everybody else looks away; nothing that " +
      "is typed there reaches this page.",
    secret: (step: string) => secrets[step] ?? "what is asked for",
    touch: (name: string) => `${name} touches the token`,
    touchDetail: "It blinks and waits some seconds for a finger.",
    resting: "The ceremony rests",
    restingDetail: "Nothing is lost. Go on when everybody is here again and every seal is whole.",
    leaving: "The ceremony is being given up",
    leavingDetail: "It ends as soon as what is under way has come to a safe point.",
    goOn: "Go on",
    again: "Try again",
    somebody: "the holder",
  },

  exception: {
    title: "It is not as the script says",
    detail: "Nothing is decided by the program: it writes down what you say. The step stays.",
    expected: "What was expected",
    happened: "What happened",
    decided: "What was decided",
    by: "Who decided",
    countersigned: "Who countersigns",
    countersignedHint: "Somebody else: two people answer for it.",
    missing: "Write a few words here.",
    record: "Put it on the record",
    back: "Back to the step",
    list: "Exceptions on the record",
  },

  rest: {
    title: "Let the ceremony rest",
    detail:
      "Put everything secret into bags first, and write their numbers down. While something " +
      "secret is in this machine's memory, no rest is possible.",
    secrets: "Where everything secret is now, under which seals",
    heads: "How many people leave the room",
    missing: "Write a few words here; “nothing secret” is an answer.",
    count: "A number from 1.",
    confirm: "Let it rest",
    back: "Back to the step",
  },

  goesOn: {
    title: "Go on after the rest",
    detail: "Compare every seal with what was written down, before a bag is opened.",
    seals: "What the seals look like",
    heads: "How many people are back",
    missing: "Write what you see; “whole, numbers as written down” is an answer.",
    count: "A number from 1.",
    confirm: "Go on",
    back: "Not yet",
  },

  disagree: {
    label: "I do not agree",
    title: "What do you not agree with?",
    detail: "It stands in the minutes under your name. The ceremony goes on to the next person.",
    reason: "What, and why",
    missing: "Say what, in a few words.",
    confirm: "Put it into the minutes",
    back: "Back to the step",
  },

  giveUp: {
    title: "Give the ceremony up?",
    detail:
      "Nothing that was made in it counts. The minutes will say why, and which sheets and tokens " +
      "are void.",
    reason: "Why",
    reasonMissing: "Say why, in a few words. It stands in the minutes.",
    detailRestore:
      "What already has its final name in the target is whole, and a new request can go on where " +
      "it was. Shares that were brought are forgotten.",
    confirm: "Give the ceremony up",
    back: "Back to the ceremony",
  },

  plan: {
    title: "The plan",
    words: "Words of the plan",
    archive: "Archive",
    environment: "Environment",
    notStated: "not stated",
    indexRoot: "Index root",
    created: "Made",
    target: "Restores to",
    selection: "What",
    everything: "Everything in the archive",
    conflict: "If something is there already",
    conflicts: {
      fail: "Nothing is touched; the restore stops",
      skip: "It is left alone",
      newer: "It is replaced if it is older than the archive's own",
      replace: "It is replaced",
      "keep-both": "Both are kept",
    } as Record<string, string>,
    names: "Names the target cannot hold",
    namePolicies: {
      auto: "They are translated, and a map is kept",
      portable: "All that any common system would refuse are translated, and a map is kept",
      keep: "If there is one, nothing is restored",
    } as Record<string, string>,
    owners: "Owners",
    ownerRules: {
      none: "Everything belongs to whoever restores",
      name: "Things belong to those with the same name here",
      number: "Things belong to those with the same number here",
    } as Record<string, string>,
    users: "Users",
    groups: "Groups",
    privileges: "Privileges",
    privilegesKept: "Setuid, setgid, sticky bits, capabilities and security labels come back",
    privilegesLeftOut: "Setuid, setgid, sticky bits, capabilities and security labels are left out",
    reread: "Read again when all is written",
    rereadAll: "Every file",
    rereadNothing: "Nothing",
    index: "Index of the archive",
    indexUsed: "Used",
    indexSearched: "Not used: restores what a search of the media found",
    requester: "Asked for by",
    reason: "Why",
    expires: "Approvals hold until",
  },

  run: {
    title: "The restore runs",
    progress: {
      working: "Restored",
      syncing: "All is restored, and is being written to the medium",
      rereading: "Read again from the target's medium",
    } satisfies Record<JobPhase, string>,
    limits: {
      medium: "limited by the medium",
      decrypt: "limited by decrypting",
      decompress: "limited by decompressing",
      target: "limited by the target",
      source: "limited by what is read to be sealed",
      compress: "limited by compressing",
      encrypt: "limited by encrypting",
      check: "limited by comparing digests",
    } satisfies Record<Limit, string>,
    files: (count: string) => `${count} files finished`,
    elapsed: (time: string) => `after ${time}`,
    left: (shortest: string, longest: string) =>
      shortest === longest ? `${shortest} left` : `${shortest} to ${longest} left`,
    pause: "Let it rest",
    goOn: "Go on",
    stop: "Stop the restore",
    rests: "It rests. Nothing is lost; the media may stay in.",
    map: "Segments of the archive",
    rate: "Rate",
    phases: {
      working: "Reading, checking, writing",
      syncing: "Waiting for the medium",
      rereading: "Reading again",
    } satisfies Record<JobPhase, string>,
  },

  outcome: {
    newShares: (key: string) => `The new shares of ${key} count`,
    newSharesDetail:
      "The shares from before count here no more. Destroy them: they still give the same key in " +
      "another program.",
    shares: (key: string) => `How the shares of ${key} stand`,
    margin: (may: number) =>
      may === 0
        ? "If one share more is lost, nobody may be able to open this key. Replace what is missing."
        : may === 1
          ? "One further share may be lost, whichever it is."
          : `${may} further shares may be lost, whichever they are.`,
    unreachable: "No quorum is left: nobody can open this key. Seal anew what lies under it.",
    proved: "Proved",
    unproved: "Not proved",
    notBrought: "Not brought",
    absent: "Absent",
    on: (token: string | null, isSheet: boolean) =>
      isSheet ? "sheet" : token === null ? "token" : `token ${token}`,
    nextDue: "The next proof is due",
    tokens: (count: number) =>
      count === 1 ? "One token is admitted" : `${count} tokens are admitted`,
    tokensDetail: "Each holder takes token and passport. The PIN is known to nobody else.",
    passportOf: (serial: string, holder: string) => `Token ${serial} of ${holder}`,
    replaceBy: "to be replaced by",
    puk: "its holder can unblock the PIN",
    noPuk: "if the PIN is blocked, nobody can unblock it",
    firmware: (version: string) => `firmware ${version}`,
    key: (key: string) => `The master key ${key} is effective`,
    keyDetail:
      "Archives can be sealed to it now. Only a quorum opens them. Compare these words with the " +
      "minutes before anybody leaves the room.",
    void: "Void, to be destroyed",
    recipient: "Recipient, for the machine that seals",
    minutes: "Minutes",
    documents: "On paper",
    kinds: {
      minutes: "Minutes",
      evidence: "Evidence",
      passport: "Passport",
      transcript: "Transcript",
    } as Record<string, string>,
    copyPath: "Copy the path",
    copyRecipient: "Copy the recipient",
    backToDrill: "Back to the guided drill",
    toKeys: "Look at the key",
    toCeremonies: "Back to Ceremonies",
    toPeople: "Look at people and tokens",
    givenUp: "The ceremony was given up",
    givenUpEffective:
      "The key was made effective before, and it stays so. Nothing of it is void: destroy no " +
      "share.",
    givenUpHealth: "Shares that were proved before are on the record as proved.",
    givenUpEnrol:
      "Tokens that were admitted before stay their holders'. Others are nobody's: prepare them " +
      "again, going on with what was interrupted.",
    givenUpRefresh: "The shares from before still count. New ones that were handed out are void.",
    givenUpRestore:
      "What already has its final name in the target is whole. The rest can come back later: the " +
      "page of restores offers to go on where it was.",
    givenUpDetail:
      "Nothing of it is effective. What was already handed out is void: the minutes name it.",
  },

  room: {
    people: "People",
    quorum: "Quorum",
    objects: "On the table and in memory",
    here: "here",
    away: "not here",
    token: (label: string) => `Token ${label}`,
    tokenIn: "in the reader",
    switch: { in: "in", out: "out" },
    tokenOf: (name: string) => `Token of ${name} in the reader`,
    objectState: {
      notYet: "not yet",
      here: "here",
      gone: "gone",
    } satisfies Record<ObjectState, string>,
    secret: "secret",
    nothing: "Nothing yet.",
    outstanding: (count: number) =>
      count === 1
        ? "1 secret object must be gone before the ceremony can be closed."
        : `${count} secret objects must be gone before the ceremony can be closed.`,
    accounted: "No secret object is left.",
  },
} as const;
