import { expect, test } from "vitest";

import type { DriveAnswer, DriveShown, JobEvent, Medium, WantedShown } from "../ipc/call";
import { volumesOf } from "./drive";
import { Drive, type DriveBorder } from "./drive.svelte";

const wanted = (volume: number | null): WantedShown => ({
  question: 7,
  volume,
  volumes: 4,
  label: "ledger",
  found: { is: "nothing" },
});

const shown = (more: Partial<DriveShown> = {}): DriveShown => ({
  folder: "/media/drive",
  wanted: null,
  inside: null,
  read: [],
  without: [],
  ...more,
});

const states = (drive: DriveShown, needed?: number[]) =>
  volumesOf(drive, {
    label: "ledger",
    volumes: 4,
    needed: needed?.map((volume) => ({ volume, bytes: 5, isHere: true })),
  }).map(({ state }) => state);

test("every volume stands where it is, the one that goes in now before all", () => {
  expect(states(shown({ inside: 4 }))).toEqual(["wanted", "wanted", "wanted", "here"]);
  expect(states(shown({ wanted: wanted(2), read: [4, 1] }))).toEqual([
    "read",
    "next",
    "wanted",
    "read",
  ]);
  expect(states(shown({ without: [3], inside: 2 }))).toEqual(["wanted", "here", "lost", "wanted"]);
});

test("a volume that nothing is restored from is not asked for", () => {
  expect(states(shown({ inside: 4 }), [2])).toEqual(["unwanted", "wanted", "unwanted", "here"]);
  const [, second] = volumesOf(shown(), {
    label: "ledger",
    volumes: 2,
    needed: [{ volume: 2, bytes: 5, isHere: true }],
  });
  expect(second?.bytes).toBe(5);
});

function drive(changes: Partial<DriveBorder> = {}) {
  const answers: [number, number, DriveAnswer][] = [];
  let tell: (shown: DriveShown) => void = () => undefined;
  let hear: (event: JobEvent<Medium>) => void = () => undefined;
  const made = new Drive({
    chooseFolder: () => Promise.resolve({ id: 3, folder: "/media/drive" }),
    open: (_, listener) => {
      hear = listener;
      return Promise.resolve(1);
    },
    watch: (_, listener) => {
      tell = listener;
      return Promise.resolve();
    },
    answer: (...given) => Promise.resolve(answers.push(given)),
    ...changes,
  });
  return {
    made,
    answers,
    tell: (s: DriveShown) => tell(s),
    hear: (e: JobEvent<Medium>) => hear(e),
  };
}

const settled = () => new Promise((resolve) => setTimeout(resolve));

test("an archive opens when the program says so; answers go to their questions", async () => {
  const { made, answers, tell, hear } = drive();
  const opened = made.open("title");
  await settled();
  expect(made.isOpening).toBe(true);
  tell(shown({ wanted: wanted(null) }));
  await made.answer("in");
  expect(answers).toEqual([[3, 7, "in"]]);
  tell(shown());
  await made.answer("without");
  expect(answers).toHaveLength(1);
  hear({ is: "done", result: { id: 3 } as Medium });
  expect(await opened).toBe(3);
  expect(made.isOpening).toBe(false);
});

test("what kept the archive from opening is told, and the drive can be chosen again", async () => {
  const { made, hear } = drive();
  const opened = made.open("title");
  await settled();
  const refusal = { code: "SR-ENGINE-CANCELLED", problem: "", remedy: "" };
  hear({ is: "failed", refusal });
  expect(await opened).toBeUndefined();
  expect(made.refusal).toEqual(refusal);
  expect(made.isOpening).toBe(false);
});

test("whoever chooses no drive changes nothing", async () => {
  const { made } = drive({ chooseFolder: () => Promise.resolve(null) });
  expect(await made.open("title")).toBeUndefined();
  expect(made.isOpening).toBe(false);
});
