import type { MediaVerdict } from "../ipc/call";
import type { Clash, Lack } from "../restores/request";

/** Sentences of the media desk: choosing an archive, verifying it, asking for a restore. */
export const mediaDesk = {
  lead: "Choose an archive, verify it without a key, and ask the holders of its key to open it.",
  openLead: "Nothing is opened before a quorum has approved exactly what is asked for here.",
  steps: {
    label: "Steps of a restore",
    archive: "Choose an archive",
    verify: "Verify it without a key",
    contents: "Choose what comes back",
    request: "Ask for the restore",
  },

  choose: {
    action: "Choose an archive",
    picker: "Choose the folder that holds the archive",
    hint: "Choose the folder that holds its volumes. Looking at an archive changes nothing on it.",
    known: "Archives that this vault knows",
    none: "This vault has sealed no archive yet",
    noneDetail: "An archive from elsewhere can be restored too: choose its folder.",
    open: "Open",
    openNamed: (label: string) => `Open ${label}`,
    away: (location: string) => `Not here. It was last at ${location}.`,
  },

  facts: {
    title: "What it says about itself",
    sealed: "Sealed",
    key: "For the key",
    noKey: "It does not name its key",
    environment: "Environment",
    noEnvironment: "Not stated",
    content: "Content",
    entries: "Files and folders",
    volumes: "Volumes",
    allHere: (count: number) => (count === 1 ? "1, here" : `${count}, all here`),
    inTurn: (count: number) =>
      count === 1 ? "1, in the drive" : `${count}, one after the other in one drive`,
    someHere: (here: number, of: number) => `${here} of ${of} here`,
    folder: "Folder",
    copyFolder: "Copy the path of the folder",
    signature: "Signature",
    unsigned: "Not signed by a station",
    badSignature: "The signature is not right: somebody changed the archive",
    signed: "Signed by a station",
    station: (hex: string) => `Station ${hex}`,
    unproved: "These are claims. Verifying proves that the media are as they were sealed.",
    medium: (name: string, place: string) => (place === "" ? name : `${name}, ${place}`),
    or: " or ",
    missing: "Put what is missing into the same folder, then look again.",
    lookAgain: "Look again",
  },

  verify: {
    title: "Verify it without a key",
    lead: "Every byte is read and compared with the index. Nobody's share is needed.",
    start: "Verify the media",
    again: "Verify again",
    pause: "Pause",
    goOn: "Go on",
    stop: "Stop",
    stopping: "It stops at the next safe point.",
    progress: "Segments read",
    detail: (size: string, rate: string, time: string) => `${size} read at ${rate}, ${time}`,
    resting: "Paused. Nothing is lost.",
    map: "Health of the archive, segment by segment",
    stopped: "Verifying was stopped",
    stoppedDetail: "What was read so far is shown. It says nothing about the rest.",
    verdicts: {
      intact: "Everything is as it was sealed",
      repairable: "Nothing is lost; what is damaged can be mended",
      damaged: "Parts of the archive are damaged",
      incomplete: "A volume is not here",
    } satisfies Record<MediaVerdict, string>,
    meaning: {
      intact: "A restore will bring everything back.",
      repairable: "A restore will bring everything back: out of another copy, or of the parity.",
      damaged: "A restore brings back what is whole, and names what has lost parts.",
      incomplete: "A restore now would lack what lies on it. Look for it first.",
    } satisfies Record<MediaVerdict, string>,
    read: (size: string) => `${size} were read.`,
    missing: (numbers: string) => `Not here: volume ${numbers}.`,
    places: "Damaged places",
    noPlace: "No place is damaged.",
    columns: {
      what: "What",
      volume: "Volume",
      offset: "From byte",
      length: "Length",
      parity: "Parity",
    },
    mends: "mends it",
    doesNotMend: "does not",
    notVerified: "The media were not verified yet. A restore can begin without it.",
  },

  mend: {
    lead:
      "What can be mended can be written into a new copy. Nobody's share is needed, and these " +
      "media are only read.",
    start: "Make a sound copy",
    picker: "Choose an empty folder for the copy",
    progress: "Copied and mended",
    stop: "Stop",
    done: "The copy is as it was sealed",
    partly: "The copy is better than these media, and not whole",
    places: (count: string, places: number, size: string) =>
      places === 1 ? `1 place was mended, ${size}.` : `${count} places were mended, ${size}.`,
    beyond: (count: string) => `Of ${count} parts more is lost than the parity holds.`,
    folder: "It lies in",
    open: "Open the copy",
  },

  contents: {
    title: "Choose what comes back",
    label: "Contents of the archive",
    holds: (count: string, files: number) => (files === 1 ? "1 file," : `${count} files,`),
    lead: "Choose nothing, and everything comes back.",
    search: "Search",
    searchHint: "Part of a name. With a slash in it, part of a path.",
    nothingFound: (query: string) => `No name has “${query}” in it.`,
    empty: "The archive holds nothing.",
    files: (count: string, files: number) => (files === 1 ? "1 file" : `${count} files`),
    more: (count: string) => `${count} more are not shown. Search for what you want.`,
    unwritable: "chosen with its folder only",
    everything: "Everything comes back.",
    chosen: (count: string, files: number) =>
      files === 1 ? "1 file is chosen," : `${count} files are chosen,`,
    chooseAll: "Choose everything",
    none: "This vault keeps no list of what is inside",
    noneDetail:
      "The list is encrypted with the content. Whoever seals can have the vault keep one too, " +
      "with strongroom seal --catalogue.",
    selection: "Patterns",
    selectionHint:
      "One per line, such as ledger/2026/** or *.pdf. A folder brings what is in it. The people " +
      "who approve read exactly these.",
  },

  request: {
    title: "Ask for the restore",
    key: "Key that opens it",
    where: "Where to",
    target: "Folder to restore into",
    targetNone: "No folder chosen yet.",
    takes: (range: string) => `All of the archive would take: ${range}.`,
    chooseTarget: "Choose the folder",
    otherTarget: "Choose another folder",
    targetPicker: "Choose the folder to restore into",
    conflict: "If something of the same name is there",
    conflicts: {
      fail: { label: "Restore nothing", meaning: "The safest: nothing there is touched." },
      skip: { label: "Keep what is there", meaning: "The file in the archive is left out." },
      keepBoth: { label: "Keep both", meaning: "The restored file gets another name beside it." },
      newer: {
        label: "Replace what is older",
        meaning: "A file that was changed after the archive's own stays.",
      },
      replace: { label: "Replace it", meaning: "What is there now is gone afterwards." },
    },
    names: "Names that the target cannot hold",
    namesHint: "A stick with FAT or exFAT has no colons, and takes Readme and README for one name.",
    namePolicies: {
      auto: {
        label: "Translate them",
        meaning: "Only those that this target refuses. A map in the target brings them back.",
      },
      portable: {
        label: "Translate for every system",
        meaning: "Also names that another system would refuse, such as Windows.",
      },
      keep: { label: "Restore nothing", meaning: "If there is any such name." },
    },
    reread: "Read every file again when all is written",
    rereadHint: "From the disk itself: it finds disks that lose what is written. Takes time.",
    who: "Who asks, and why",
    requester: "Who asks",
    requesterHint: "Whoever asks cannot approve.",
    reason: "Why",
    reasonHint: "One sentence. It stands in the log and on the evidence.",
    room: "The room",
    place: "Place",
    placeHint: "Where everybody sits, as the evidence will say it.",
    administrator: "Administrator",
    administratorHint: "Leads the ceremony; may be the person who asks.",
    witness: "Witness",
    witnessHint: "Follows everything and certifies it; has no other role.",
    approvers: "Who approves",
    approversLead: "Choose who will be in the room with a token or a sheet.",
    groupsNeeded: (needed: number, of: number) =>
      needed === of ? "Every group must agree." : `${needed} of ${of} groups must agree.`,
    standing: (chosen: number, needed: number) =>
      chosen >= needed
        ? `${chosen} chosen, enough`
        : `${chosen} chosen, ${needed - chosen} more needed`,
    needs: (needed: number, of: number) => `needs ${needed} of ${of}`,
    on: (copies: readonly (string | null)[]) => {
      const named = copies.map((token) => (token === null ? "a sheet" : `token ${token}`));
      return named.length === 0
        ? "Nothing left that could be used"
        : `Share on ${named.join(" or ")}`;
    },
    notProved: "This share was never proved",
    suffices: "These people can open it together.",
    clashes: {
      approves: "This person is chosen below to approve, and cannot do both.",
      requests: "This person asks for the restore, and cannot be its witness too.",
      administers: "This person leads the ceremony, and cannot be its witness too.",
    } satisfies Record<Clash, string>,
    lacks: {
      target: "Choose the folder to restore into.",
      requester: "Say who asks.",
      reason: "Say why.",
      place: "Say where this takes place.",
      administrator: "Name the administrator.",
      witness: "Name the witness.",
      approvers: "Choose enough people who approve.",
      clash: "One person has two roles. See the marked field.",
    } satisfies Record<Lack, string>,
    begin: "Begin the restore ceremony",
    beginning: "The ceremony is beginning.",
  },

  summary: {
    title: "What will happen",
    everything: (label: string) => `Everything in “${label}” comes back`,
    some: (patterns: string, label: string) => `What matches ${patterns} in “${label}” comes back`,
    into: (folder: string) => `into ${folder}.`,
    intoNothing: "into a folder that is not chosen yet.",
    conflict: {
      fail: "If something of the same name is there, nothing is written.",
      skip: "Where something of the same name is there, it stays and nothing comes beside it.",
      keepBoth: "Where something of the same name is there, both are kept.",
      newer: "Where something of the same name is there, it is replaced if it is older.",
      replace: "Where something of the same name is there, it is replaced.",
    },
    asks: (name: string, reason: string) => `${name} asks for it, because: ${reason}`,
    approve: (names: string) =>
      `${names} are shown this plan in the ceremony, and it runs only if they approve it.`,
    approveOne: (name: string) =>
      `${name} is shown this plan in the ceremony, and it runs only if ${name} approves it.`,
    approveNobody: "Nobody is chosen yet who could approve it.",
    until: "Approvals hold for 24 hours, for this plan only. The archive itself is not changed.",
  },

  glass: {
    title: "This vault cannot open it",
    wanted: (keys: string) => `It is sealed for ${keys}. This vault has no such key.`,
    unheld: "This vault has no key whose shares somebody holds.",
    other: "Open it with the vault that has the key.",
    last: "If that vault is lost, enough sheets open it on the command line, without any vault:",
    asks: "The command asks for the words of each share on the terminal.",
    copy: "Copy the command",
    action: "Look at the keys of this vault",
  },
} as const;
