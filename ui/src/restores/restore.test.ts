import { expect, test } from "vitest";

import type { Interrupted, KeptMedium, Key, Medium, RestoreOrder } from "../ipc/call";
import { emptyDraft } from "./request";
import { Restore, whatWasDone } from "./restore.svelte";

const refusal = { code: "SR-SHELL-NO-MEDIUM", problem: "p", remedy: "r" };
const refuse = () => Promise.reject(refusal as unknown as Error);
const split = { id: "s", created: "", groupThreshold: 1, groups: [] };
const key = (name: string, isHeld = true) => ({ name, split: isHeld ? split : null }) as Key;
const sealedFor = (...keys: string[]) => ({ id: 5, keys }) as Medium;

const medium = (name: string, archive: string, health: string, volumes: number[]) =>
  ({ name, archive, volumes, standing: { health } }) as KeptMedium;
const kept = [
  medium("BR-1", "a", "lost", [1, 2]),
  medium("BR-2", "a", "good", [2]),
  medium("BR-3", "b", "good", [2]),
];

const left: Interrupted = {
  label: "ledger",
  medium: 5,
  target: { id: 9, folder: "/srv/back" },
  selection: ["a"],
  conflict: "skip",
  requester: "Fay",
  reason: "gone",
  asked: "",
};

function desk(medium: Medium, keys: Key[] = [], begun: RestoreOrder[] = []) {
  return new Restore({
    interrupted: () => Promise.resolve([left]),
    isInterruptedIn: (id, target) => Promise.resolve(id === 5 && target === 9),
    keys: () => Promise.resolve(keys),
    archives: () => Promise.resolve([]),
    media: () => Promise.resolve(kept),
    lookAt: (id) => (id === medium.id ? Promise.resolve(medium) : refuse()),
    chooseArchive: () => Promise.resolve(null),
    chooseFolder: () => Promise.resolve({ id: 9, folder: "/srv/back" }),
    estimateRestore: (from, to) =>
      Promise.resolve({ range: null, words: `from ${from} to ${to}`, because: [] }),
    beginRestore: (order) => Promise.resolve(begun.push(order)),
  });
}

async function openersOf(medium: Medium, keys: Key[]): Promise<string[]> {
  const restore = desk(medium, keys);
  await restore.start();
  await restore.lookAt(5);
  return restore.openers.map(({ name }) => name);
}

test("only a key that the archive names, and that somebody holds, opens it", async () => {
  const keys = [key("production/3"), key("production/2"), key("production/1", false)];
  expect(await openersOf(sealedFor("production/2"), keys)).toEqual(["production/2"]);
  expect(await openersOf(sealedFor("production/1"), keys)).toEqual([]);
  expect(await openersOf(sealedFor("drill/1"), keys)).toEqual([]);
});

test("an archive that names no key may be of any that somebody holds", async () => {
  const keys = [key("production/3"), key("production/2", false)];
  expect(await openersOf(sealedFor(), keys)).toEqual(["production/3"]);
});

test("a medium that is not on the desk is said, and looking away forgets it", async () => {
  const restore = desk(sealedFor());
  await restore.lookAt(6);
  expect(restore.refusal).toEqual(refusal);
  await restore.lookAt(undefined);
  expect(restore.refusal).toBeUndefined();
  expect(restore.medium).toBeUndefined();
});

test("a medium that cannot be looked at does not leave another one standing", async () => {
  const restore = desk(sealedFor());
  await restore.lookAt(5);
  expect(restore.medium?.id).toBe(5);
  await restore.lookAt(6);
  expect(restore.medium).toBeUndefined();
});

test("choosing nothing changes nothing", async () => {
  const restore = desk(sealedFor());
  expect(await restore.choose("title")).toBeUndefined();
  expect(restore.refusal).toBeUndefined();
});

test("the ceremony begins with the chosen folder, and never without one", async () => {
  const begun: RestoreOrder[] = [];
  const restore = desk(sealedFor(), [], begun);
  const draft = emptyDraft();
  await restore.lookAt(5);
  expect(await restore.begin(draft)).toBe(false);
  await restore.chooseTarget("title", draft);
  expect(draft.estimate?.words).toBe("from 5 to 9");
  expect(await restore.begin(draft)).toBe(true);
  expect(begun.map(({ medium, target }) => [medium, target])).toEqual([[5, 9]]);
});

test("a refused ceremony says why, and can be begun again", async () => {
  const restore = new Restore({
    keys: () => Promise.resolve([]),
    archives: () => Promise.resolve([]),
    media: () => Promise.resolve([]),
    interrupted: () => Promise.resolve([]),
    isInterruptedIn: () => Promise.resolve(false),
    lookAt: () => Promise.resolve(sealedFor()),
    chooseArchive: refuse,
    chooseFolder: refuse,
    estimateRestore: refuse,
    beginRestore: refuse,
  });
  await restore.lookAt(5);
  const draft = { ...emptyDraft(), target: { id: 9, folder: "/srv/back" } };
  expect(await restore.begin(draft)).toBe(false);
  expect(restore.refused).toEqual(refusal);
  expect(restore.isBeginning).toBe(false);
});

test("where a restore was interrupted is known, and another folder forgets it", async () => {
  const begun: RestoreOrder[] = [];
  const restore = desk(sealedFor(), [], begun);
  const draft = { ...emptyDraft(), wasInterrupted: true };
  await restore.lookAt(5);
  await restore.chooseTarget("title", draft);
  expect(draft.wasInterrupted).toBe(true);
  expect(await restore.begin(draft)).toBe(true);
  expect(begun[0]?.resume).toBe(true);
  const elsewhere = desk({ ...sealedFor(), id: 6 });
  await elsewhere.lookAt(6);
  await elsewhere.chooseTarget("title", draft);
  expect(draft.wasInterrupted).toBe(false);
});

test("what was interrupted is asked for again, where its archive is here", async () => {
  const restore = desk(sealedFor());
  await restore.start();
  expect(restore.interrupted).toEqual([left]);
  expect(restore.goOn("vault", left)).toBe(5);
  expect(whatWasDone("vault", 5).draft).toMatchObject({ selection: "a", wasInterrupted: true });
  expect(restore.goOn("vault", { ...left, medium: null })).toBeUndefined();
});

test("what was done with a medium is kept by vault and medium", () => {
  whatWasDone("vault", 1).draft.requester = "Fay";
  expect(whatWasDone("vault", 1).draft.requester).toBe("Fay");
  expect(whatWasDone("drill", 1).draft.requester).toBe("");
  expect(whatWasDone("vault", 2).draft.requester).toBe("");
});

test("the media that carry a volume are named, the sound ones first", async () => {
  const restore = desk({ ...sealedFor(), archive: "a" });
  await restore.start();
  expect(restore.carrying(2)).toEqual([]);
  await restore.lookAt(5);
  expect(restore.carrying(2).map(({ name }) => name)).toEqual(["BR-2", "BR-1"]);
  expect(restore.carrying(3)).toEqual([]);
});
