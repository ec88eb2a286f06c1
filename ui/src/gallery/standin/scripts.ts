/** The scripts that the stand-in acts, shortened from those of the program. */

import type { GenesisOrder, Member, Person, RoomObject } from "../../ipc/call";

/** A step before it is acted. */
export interface Line {
  act: string;
  id: string;
  title: string;
  subject?: string;
  actor: string;
  confirmers?: string[];
  say?: string;
  task: string;
  why?: string;
  /** What happens between the decision and the next step. */
  then?: ("entering" | "touch" | "run")[];
  makes?: string[];
  ends?: string[];
}

/** Everything there is to act. */
export interface Script {
  title: string;
  lines: Line[];
  people: Person[];
  groups: { name: string; threshold: number; members: Member[] }[];
  objects: RoomObject[];
}

/** The custodians of the guided drill. */
export const TEAM = ["Ada Kern", "Bruno Lang", "Cora Mai"] as const;

const ADMINISTRATOR = "Max Amend";
const WITNESS = "Wilma Berg";

const person = (name: string, role: string, hasToken = false): Person => ({
  name,
  role,
  isHere: false,
  token: hasToken ? "token" : null,
  isTokenIn: hasToken,
});
const object = (id: string, kind: RoomObject["kind"], secret = false): RoomObject => ({
  id,
  name: id.replaceAll("-", " "),
  kind,
  secret,
  state: "notYet",
  place: secret ? "in memory" : null,
});

function opening(names: readonly string[], leader: string, watcher: string): Line[] {
  const act = "Opening";
  return [
    {
      act,
      id: "opening",
      title: "Open the ceremony",
      actor: leader,
      say:
        "We are here to make a master key. Nobody of us will ever hold it alone. If anything is " +
        "not as the script says, say stop; we will write down what happened and decide together.",
      task: "Read the purpose aloud. Agree on date and time by two clocks.",
    },
    ...names.map((subject) => ({
      act,
      id: "check-in",
      title: "Everybody says who they are",
      subject,
      actor: leader,
      confirmers: [watcher],
      task: "Compare each person with the roster.",
    })),
    {
      act,
      id: "preflight",
      title: "Look at the machine",
      actor: leader,
      confirmers: [watcher],
      task: "See that no network is up, that swap is off, and that no core dump can be written.",
      why: "What happens in this machine's memory must stay there.",
    },
  ];
}

/** The genesis, of the guided drill or as it was ordered. */
export function genesisScript(order?: GenesisOrder): Script {
  const [leader, watcher] = [
    order?.officials.administrator ?? ADMINISTRATOR,
    order?.officials.witness ?? WITNESS,
  ];
  const groups = order?.groups ?? [
    {
      name: "custodians",
      threshold: 2,
      holders: TEAM.map((name) => ({ name, token: true, sheet: false })),
    },
  ];
  const holders = groups.flatMap((group) => group.holders);
  const names = holders.map(({ name }) => name);
  const key = { act: "The key", actor: leader, confirmers: [watcher] };
  const shares = (subject: string) => ({ act: "The shares", subject, actor: subject });
  const lines: Line[] = [
    ...opening([leader, watcher, ...names], leader, watcher),
    {
      ...key,
      id: "generate",
      title: "Make the key",
      task: "Make the seed from all contributions.",
      makes: ["seed"],
    },
    {
      ...key,
      id: "split",
      title: "Split the key",
      task: "Split the seed among the holders. The seed is wiped at once.",
      why: "Every quorum was tried, and one person less than each; only then the shares exist.",
      makes: ["shares"],
      ends: ["seed"],
    },
    ...names.flatMap((name): Line[] => [
      {
        ...shares(name),
        id: "enrol",
        title: "Prepare the token",
        confirmers: [watcher],
        task:
          "Insert your token and choose a PIN. The keys are made on the token and never " +
          "leave it.",
        then: ["entering"],
      },
      {
        ...shares(name),
        id: "seal",
        title: "Seal the share to the token",
        task: "Your share is sealed to your token. Nobody else can open it.",
        makes: ["envelopes"],
      },
    ]),
    ...names.map((name): Line => ({
      ...shares(name),
      act: "The proof",
      id: "prove-token",
      title: "Prove the share on the token",
      task: "Insert your token again, type your PIN, touch it. The share inside is compared.",
      then: ["entering", "touch"],
    })),
    ...names.map((name): Line => ({
      ...key,
      act: "The proof",
      id: "accept",
      title: "Accept the proof",
      subject: name,
      task: "Every copy of this share is readable; put that on the record.",
    })),
    {
      ...key,
      act: "The proof",
      id: "compare",
      title: "Compare the fingerprint",
      say: "Please compare these words with those on your sheet or your token's record.",
      task: "Read the fingerprint's words aloud.",
    },
    {
      ...key,
      act: "The proof",
      id: "effective",
      title: "Make the key effective",
      task: "From now on archives can be sealed to this key, and only a quorum opens them.",
      ends: ["shares"],
    },
    {
      ...key,
      act: "Closing",
      id: "minutes",
      title: "Write the minutes",
      task: "Print the minutes.",
      makes: ["minutes"],
    },
    {
      act: "Closing",
      id: "sign",
      title: "Agree with the minutes",
      subject: watcher,
      actor: watcher,
      say: "Sign that everything happened as written, or say what did not.",
      task: "Read the minutes and sign them, or note that you do not agree and why.",
    },
  ];
  return {
    title: "Genesis of a master key, version 1",
    lines,
    people: [
      person(leader, "administrator"),
      person(watcher, "witness"),
      ...holders.map(({ name, token }) => person(name, "custodian", token)),
    ],
    groups: groups.map(({ name, threshold, holders }) => ({
      name,
      threshold,
      members: holders.map(({ name }) => ({ name, state: "away", code: null })),
    })),
    objects: [
      object("seed", "key", true),
      object("shares", "shares", true),
      object("envelopes", "envelopes"),
      object("minutes", "document"),
    ],
  };
}

/** The restore of the guided drill. */
export function restoreScript(): Script {
  const approvers = [TEAM[0], TEAM[2]];
  const last = { actor: ADMINISTRATOR, confirmers: [WITNESS] };
  return {
    title: "Restore under quorum, version 1",
    people: [
      person(ADMINISTRATOR, "administrator"),
      person(WITNESS, "witness"),
      person("Rita Sommer", "requester"),
      ...approvers.map((name) => person(name, "custodian", true)),
    ],
    groups: [
      {
        name: "approvers",
        threshold: 2,
        members: approvers.map((name) => ({ name, state: "away", code: null })),
      },
    ],
    objects: [
      object("presented-shares", "shares", true),
      object("archive-key", "key", true),
      object("restored-data", "data"),
      object("evidence", "document"),
    ],
    lines: [
      ...opening([ADMINISTRATOR, WITNESS, "Rita Sommer", ...approvers], ADMINISTRATOR, WITNESS),
      {
        act: "The plan",
        id: "show-plan",
        title: "Show the plan",
        actor: "Rita Sommer",
        confirmers: [WITNESS],
        say:
          "This is what will be restored, where to, and why. These words name exactly " +
          "this plan.",
        task:
          "Read the plan and its words aloud; everybody compares them on their own " +
          "screen or sheet.",
      },
      ...approvers.map((subject): Line => ({
        act: "The quorum",
        id: "approve",
        title: "Approve the plan",
        subject,
        actor: subject,
        confirmers: [WITNESS],
        say: "I was shown the plan and I agree to it.",
        task:
          "Insert your token, type your PIN, touch it once to sign the plan and once to " +
          "bring your " +
          "share.",
        then: ["entering", "touch"],
        makes: ["presented-shares"],
      })),
      {
        ...last,
        act: "The quorum",
        id: "open",
        title: "Open the capsule",
        task:
          "The shares are checked one by one, the seed opens this archive's capsule and " +
          "is wiped.",
        makes: ["archive-key"],
        ends: ["presented-shares"],
      },
      {
        ...last,
        act: "The restore",
        id: "restore",
        title: "Restore",
        task: "The plan is carried out. Damage is named; it never stops the rest.",
        then: ["run"],
        makes: ["restored-data"],
        ends: ["archive-key"],
      },
      {
        ...last,
        act: "Closing",
        id: "evidence",
        title: "Write the evidence",
        task: "Print the evidence sheet.",
        makes: ["evidence"],
      },
    ],
  };
}
