/** Things the stand-in speaks of: a key, a medium, documents, a machine. */

import type { Document, Finding, Key, Medium, PlanShown } from "../../ipc/call";

/** The key of the guided drill. */
export const drillKey: Key = {
  name: "drill/1",
  state: "preActivation",
  recipient: `age1pq1${"qzry9x8gf2tvdw0s3jn54khce6mua7l".repeat(40)}`,
  fingerprintWords: "stapler caravan ribcage embezzle tonic Saturday dropper universe",
  fingerprint: "e58294f2e9a2275f2a7c54f0d6bb13a98e0c7d51",
  created: "2026-11-24T14:41:00Z",
  stateSince: "2026-11-24T14:41:00Z",
  archives: 0,
  split: null,
};

/** The sealed sample. */
export const medium: Medium = {
  id: 3,
  folder: "/home/rita/.local/share/strongroom/drill/archive",
  archive: "7f3a09bc51e24d0e8a6b1c2d3e4f5061",
  label: "sample",
  environment: "drill",
  created: "2026-11-24T14:58:00Z",
  volumes: 1,
  missingVolumes: [],
  segments: 14,
  contentBytes: 9_412_331,
  entries: 203,
  keys: ["drill/1"],
  signature: "none",
  oneDrive: false,
};

/** What ceremonies left. */
export const documents: Document[] = [
  {
    kind: "evidence",
    path: "/home/rita/.local/share/strongroom/drill/vault/documents/evidence-51c09a.pdf",
    created: "2026-11-24T15:20:00Z",
    digest: "99aa",
  },
  {
    kind: "minutes",
    path: "/home/rita/.local/share/strongroom/drill/vault/documents/minutes-77aa01.pdf",
    created: "2026-11-24T14:55:00Z",
    digest: "99ab",
  },
];

/** The machine as it is looked at. */
export const findings: Finding[] = [
  { what: "Network", isGood: true, state: "no interface is up", remedy: "" },
  { what: "Swap", isGood: true, state: "off", remedy: "" },
  {
    what: "Core dumps",
    isGood: false,
    state: "the system collects them",
    remedy: "Set kernel.core_pattern to an empty value before real keys are handled.",
  },
];

/** The plan of the guided drill. */
export const plan: PlanShown = {
  indexRoot: "5e2c9a4b7d1f08365e2c9a4b7d1f08365e2c9a4b7d1f08365e2c9a4b7d1f0836",
  environment: "drill",
  created: "2026-11-25T09:30:00Z",
  words: "glitter hamburger crucial inertia payday therapist quadrant outfielder",
  hex: "5e81a03bd4c96d27f2b15e9ac0d3377418aa29ce5f0d6b8e17c3249ab0d6f5e2",
  archive: medium.archive,
  target: "/home/rita/.local/share/strongroom/drill/restored",
  selection: [],
  conflict: "replace",
  names: "auto",
  owners: "none",
  users: [],
  groups: [],
  privileges: false,
  reread: false,
  searched: false,
  requester: "Rita Sommer",
  reason: "The originals are lost; this is the guided drill.",
  expires: "2026-11-24T16:05:00Z",
};
