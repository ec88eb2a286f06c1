/** An invented vault, as the program would tell of it. */

import type {
  About,
  Archive,
  Document,
  Key,
  Known,
  Medium,
  Shown,
  Status,
  Token,
  KeptMedium,
} from "../../ipc/call";

const words = "topmost istanbul pluto vagabond treadmill pacific brackish dictator";
const more = "goldfish company blowtorch armistice stapler sociable rhythm midsummer";
const rootWords = `${words} ${more} ${words} ${more}`;
const hex = "e58294f2e9a2275f2a7c54f0d6bb13a98e0c7d51";

export const head = { headWords: rootWords, head: `${hex}09bc44d1a0e27f3a09bc44d1` };

export const status: Status = {
  which: "vault",
  environment: "production",
  vault: "Head office",
  network: "off",
  swap: "off",
  log: { is: "holds", words: rootWords },
  people: [],
  tokens: [],
  findings: [
    { what: "network", isGood: true, state: "no link is up now", remedy: "Unplug the cable." },
    { what: "routes", isGood: true, state: "none leads outside now", remedy: "Disconnect." },
    {
      what: "radios",
      isGood: false,
      state: "on now: Bluetooth hci0",
      remedy: "Switch to flight mode, or use the switch of the machine.",
    },
    { what: "swap", isGood: true, state: "off", remedy: "Switch swap off." },
    {
      what: "hibernation",
      isGood: false,
      state: "possible",
      remedy: "Do not close the lid, and mask hibernate.target: it writes memory to a disk.",
    },
    { what: "clock", isGood: true, state: "keeps time while off", remedy: "Compare the time." },
  ],
};

const holder = (name: string, token: string | null = null, isProved = true) => ({
  name,
  copies: [{ token, remark: null, provedAt: isProved ? "2026-01-20T11:42:00Z" : null }],
  provedAt: isProved ? "2026-01-20T11:42:00Z" : null,
  due: "2027-01-20T11:42:00Z",
  isDue: !isProved,
});

export const keys: Key[] = [
  {
    name: "production/3",
    state: "active",
    recipient: `age1pq1${"q9x7tz4kfw0s2ml8vhy5nd3cj6uaegrp".repeat(60)}`,
    fingerprintWords: `${words} ${more} brackish dictator pluto vagabond`,
    fingerprint: hex,
    created: "2026-01-20T10:15:00Z",
    stateSince: "2026-01-20T11:42:00Z",
    archives: 214,
    split: {
      id: "5d0c1f1e8a7b4c63",
      created: "2026-01-20T11:20:00Z",
      groupThreshold: 2,
      groups: [
        {
          name: "Custodians",
          threshold: 2,
          holders: [
            holder("Ines Álvarez", "20417733"),
            holder("Jonas Berg", "20417734"),
            holder("Mei Tanaka"),
          ],
        },
        {
          name: "Officers",
          threshold: 1,
          holders: [holder("Sam Okafor", "20417801"), holder("Lena Weiss", null, false)],
        },
      ],
      margin: {
        isReachable: true,
        mayBeLost: 1,
        groups: [
          { name: "Custodians", needed: 2, usable: 3, shares: 3 },
          { name: "Officers", needed: 1, usable: 2, shares: 2 },
        ],
      },
      warnings: [],
    },
  },
  {
    name: "production/2",
    state: "deactivated",
    recipient: `age1pq1${"m3k8".repeat(480)}`,
    fingerprintWords: words,
    fingerprint: "77ab0912cd4410fe2a7c54f0d6bb13a98e0c7d51",
    created: "2024-02-01T09:00:00Z",
    stateSince: "2026-01-20T11:50:00Z",
    archives: 388,
    split: null,
  },
];

const token = (serial: string): Token => ({
  serial,
  model: "YubiKey 5C NFC",
  firmware: "5.7.4",
  isVirtual: false,
  enrolled: "2026-01-20T10:40:00Z",
  retired: null,
  replaceBy: "2031-01-20T10:40:00Z",
  isReplacementDue: false,
  flaws: [],
});

const known = (name: string, roles: string[], tokens: Token[] = []): Known => ({
  name,
  roles,
  added: "2026-01-20T10:20:00Z",
  left: null,
  tokens,
});

export const people: Known[] = [
  known("Ines Álvarez", ["custodian"], [token("20417733")]),
  known("Jonas Berg", ["custodian"], [token("20417734")]),
  known("Lena Weiss", ["custodian"]),
  known("Mei Tanaka", ["custodian"]),
  { ...known("Noor Haddad", ["administrator", "operator"]), left: "2026-09-30T16:00:00Z" },
  known("Ruth Adler", ["witness"]),
  known(
    "Sam Okafor",
    ["custodian"],
    [
      { ...token("20417801"), retired: "2026-06-01T08:00:00Z" },
      { ...token("20418816"), model: "Virtual token", firmware: "1.0", isVirtual: true },
    ],
  ),
];

export const media: Medium[] = [
  {
    id: 1,
    folder: "/run/media/operator/BLUE-07/finance-2026-10",
    archive: "7f3a09bc44d1a0e2",
    label: "Finance 2026-10",
    environment: "production",
    created: "2026-10-31T22:04:11Z",
    volumes: 1,
    missingVolumes: [],
    segments: 2_480,
    contentBytes: 2_599_000_000,
    entries: 8_537,
    keys: ["production/3"],
    signature: "9b1c77ab0912cd4410fe2a7c54f0d6bb13a98e0c7d519b1c77ab0912cd4410fe",
    oneDrive: false,
  },
  {
    id: 2,
    folder: "/run/media/operator/RED-02/payroll 2019",
    archive: "0912cd4410fe2a7c",
    label: "Payroll 2019-04",
    environment: "production",
    created: "2019-04-30T21:00:00Z",
    volumes: 3,
    missingVolumes: [2],
    segments: 900,
    contentBytes: 940_000_000,
    entries: 412,
    keys: ["production/1"],
    signature: "none",
    oneDrive: false,
  },
];

const archive = (id: string, label: string, created: string, medium: number | null): Archive => ({
  id,
  label,
  created,
  key: "production/3",
  volumes: 1,
  bytesIn: 2_599_000_000,
  bytesOut: 1_131_221_504,
  location: medium ? (media[medium - 1]?.folder ?? "") : `/run/media/operator/BLUE-06/${id}`,
  medium,
});

export const archives: Archive[] = [
  archive("7f3a09bc44d1a0e2", "Finance 2026-10", "2026-10-31T22:04:11Z", 1),
  archive("b13a98e0c7d51e58", "Finance 2026-09", "2026-09-30T22:03:58Z", null),
  { ...archive("0912cd4410fe2a7c", "Payroll 2019-04", "2019-04-30T21:00:00Z", 2), volumes: 3 },
];

const folder = "/home/operator/.local/share/strongroom/vault/documents";
export const documents: Document[] = [
  {
    kind: "evidence",
    path: `${folder}/evidence-4410fe2a7c54f0d6bb13a98e0c7d5100.pdf`,
    created: "2026-11-03T14:20:00Z",
    digest: `${hex}09bc44d1a0e27f3a09bc44d1`,
  },
  {
    kind: "minutes",
    path: `${folder}/minutes-5d0c1f1e8a7b4c63a13f9e2207b1c4d8.pdf`,
    created: "2026-01-20T11:44:00Z",
    digest: "77ab0912cd4410fe2a7c54f0d6bb13a98e0c7d5177ab0912cd4410fe2a7c54f0",
  },
];

const phases = ["outcome", "change", "intent", "abort", "recovered", "outcome"] as const;
const results = ["ok", null, null, "SR-ENGINE-NO-ROOM", null, "damaged"];
export const entries = Array.from({ length: 1_204 }, (_, index): Shown => {
  const kind = index % phases.length;
  return {
    sequence: 1_203 - index,
    time: new Date(Date.UTC(2026, 10, 24, 15, 4, 5) - index * 613_000).toISOString(),
    actor: ["Ines Álvarez", "strongroom"][index % 2] ?? "",
    operation: ["archive.restore", "archive.seal", "ceremony.genesis"][index % 3] ?? "",
    phase: phases[kind] ?? "intent",
    result: results[kind] ?? null,
    objects: ["archive:7f3a09bc44d1a0e2", "key:production/3"],
    remark: index % 5 ? null : "asked for by the Lyon office",
  };
});

export const about: About = {
  name: "Strongroom",
  version: "0.1.0",
  build: "ee74079c1b7f",
  hardening: {
    landlock: "in-force",
    seccomp: "in-force",
    sandbox: "in-force",
    core_dumps: "refused",
    dumpable: "left-out",
  },
};

/** Media of the first archive, each in another state. */
export const kept: KeptMedium[] = [
  {
    name: "BR-0007",
    kind: "bd-r",
    place: "Safe A, upper shelf",
    archive: archives[0]?.id ?? "",
    label: archives[0]?.label ?? "",
    volumes: [1],
    last: null,
    standing: {
      health: "unchecked",
      warnings: [],
      dueAt: "2026-10-02T08:00:00Z",
      dueIsNow: true,
      dueIsFull: true,
      readPercent: 0,
      readChecks: 0,
    },
  },
  {
    name: "LTO-12",
    kind: "lto",
    place: "Bank, box 4",
    archive: archives[0]?.id ?? "",
    label: archives[0]?.label ?? "",
    volumes: [1],
    last: {
      at: "2026-08-14T09:12:00Z",
      person: "Ada Kern",
      parts: 20,
      good: 121,
      mendable: 3,
      lost: 0,
      unjudged: 0,
      readErrors: 0,
      bytes: 56_560_000,
      bytesPerSecond: 98_000_000,
    },
    standing: {
      health: "weak",
      warnings: [{ is: "grown", before: 1, now: 3 }],
      dueAt: "2026-11-13T09:12:00Z",
      dueIsNow: true,
      dueIsFull: false,
      readPercent: 45,
      readChecks: 9,
    },
  },
  {
    name: "USB-3",
    kind: "usb",
    place: "",
    archive: archives[0]?.id ?? "",
    label: archives[0]?.label ?? "",
    volumes: [1],
    last: {
      at: "2026-11-01T10:00:00Z",
      person: "Bruno Lang",
      parts: 1,
      good: 2_478,
      mendable: 0,
      lost: 2,
      unjudged: 0,
      readErrors: 2,
      bytes: 1_131_221_504,
      bytesPerSecond: 31_000_000,
    },
    standing: {
      health: "lost",
      warnings: [
        { is: "lost", frames: 2 },
        { is: "slower", before: 98_000_000, now: 31_000_000 },
        { is: "unreadable", errors: 2 },
      ],
      dueAt: "2027-01-31T10:00:00Z",
      dueIsNow: false,
      dueIsFull: false,
      readPercent: 100,
      readChecks: 10,
    },
  },
];
