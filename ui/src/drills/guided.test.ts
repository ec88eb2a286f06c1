import { expect, test } from "vitest";

import type { Guide, GuideStage, JobEvent, Medium, Refusal } from "../ipc/call";
import { GuidedDrill, type Program } from "./guided.svelte";

const medium: Medium = {
  id: 3,
  folder: "archive",
  archive: "7f",
  label: "sample",
  environment: "drill",
  created: "",
  volumes: 1,
  missingVolumes: [],
  segments: 4,
  contentBytes: 4000,
  entries: 9,
  keys: [],
  signature: "none",
  oneDrive: false,
};

/** A program whose drill stands where the test says, and whose jobs say what the test says. */
function drilled(events: JobEvent<never>[] = []) {
  const state: { stage: GuideStage; refusal?: Refusal } = { stage: "key" };
  let hear: (event: JobEvent<never>) => void = () => undefined;
  const guide = (): Guide => ({
    stage: state.stage,
    team: ["Ada"],
    medium: state.stage === "key" || state.stage === "seal" ? null : medium,
    damagedSegments: state.stage === "restore" || state.stage === "debrief" ? [2] : [],
    debrief: null,
  });
  const moved = async (stage: GuideStage) => {
    if (state.refusal) throw state.refusal;
    state.stage = stage;
    return null;
  };
  const job = async () => {
    for (const event of events) hear(event);
    return 1;
  };
  const program: Program = {
    guide: async () => guide(),
    guideGenesis: () => moved("seal"),
    guideSeal: async () => {
      await moved("damage");
      return job();
    },
    guideDamage: () => moved("restore"),
    guideRestore: () => moved("debrief"),
    guideReset: () => moved("key"),
    verifyMedium: job,
    documents: async () => [],
  };
  const listening = (given: (event: never) => void) => {
    hear = given as typeof hear;
    return {} as never;
  };
  return { drill: new GuidedDrill(program, listening), state };
}

const tick = {
  bytes: 1000,
  files: 0,
  elapsedMs: 10,
  left: null,
  good: [0, 1, 3],
  mended: [],
  damaged: [2],
};
const seen = [
  { is: "tick", tick: { ...tick, phase: "working", isResting: false } },
  { is: "done", result: { verdict: "damaged" } as never },
] as JobEvent<never>[];
const refusal = { code: "SR-ARCHIVE-IO", problem: "the drive does not answer", remedy: "" };

test("where the drill stands is read, not remembered", async () => {
  const { drill, state } = drilled();
  expect(drill.stage).toBeUndefined();
  state.stage = "debrief";
  await drill.read();
  expect(drill.stage).toBe("debrief");
});

test("the damage is a stage until it was seen", async () => {
  const { drill, state } = drilled(seen);
  state.stage = "damage";
  await drill.read();
  expect(drill.isDamaged).toBe(false);
  await drill.damage();
  expect([drill.stage, drill.isDamaged]).toEqual(["damage", true]);
  await drill.verify();
  expect(drill.stage).toBe("restore");
  expect([...drill.ticks.states]).toEqual([1, 1, 3, 1]);
  expect(drill.health?.verdict).toBe("damaged");
});

test("sealing that fails says why and stays where it is", async () => {
  const { drill, state } = drilled([{ is: "failed", refusal }]);
  state.stage = "seal";
  await drill.read();
  await drill.seal();
  expect(drill.refusal).toEqual(refusal);
  expect(drill.sealed).toBeUndefined();
  expect(drill.work).toBeUndefined();
});

test("a ceremony that is refused does not begin", async () => {
  const { drill, state } = drilled();
  state.refusal = { ...refusal, code: "SR-SHELL-CEREMONY-UNDER-WAY" };
  expect(await drill.begin("genesis")).toBe(false);
  expect(drill.refusal?.code).toBe("SR-SHELL-CEREMONY-UNDER-WAY");
  delete state.refusal;
  expect(await drill.begin("genesis")).toBe(true);
  expect(drill.refusal).toBeUndefined();
});

test("beginning anew forgets what was seen", async () => {
  const { drill, state } = drilled(seen);
  state.stage = "restore";
  await drill.read();
  await drill.verify();
  await drill.reset();
  expect(drill.stage).toBe("key");
  expect(drill.health).toBeUndefined();
});
