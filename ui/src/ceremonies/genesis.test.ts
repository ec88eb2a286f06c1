import { expect, test } from "vitest";

import type { GenesisOrder, Key } from "../ipc/call";
import { GenesisDraft, type Program } from "./genesis.svelte";

function drafted(replaces = false, keys: Partial<Key>[] = []) {
  const orders: GenesisOrder[] = [];
  const program: Program = {
    beginGenesis: async (order) => {
      orders.push(order);
      return null;
    },
    chooseFolder: async () => ({ id: 7, folder: "/dev/shm/sheets" }),
    keys: async () => keys as Key[],
  };
  const draft = new GenesisDraft(false, replaces, program);
  const fill = () => {
    draft.officials.place = " Vault room ";
    draft.officials.administrator = "Max";
    draft.officials.witness = "Wilma";
    draft.quorum.groups.forEach((group, place) =>
      group.holders.forEach((holder, at) => (holder.name = `Holder ${place} ${at}`)),
    );
  };
  return { draft, orders, fill };
}

test("nothing begins while something is missing, and everything missing is named", async () => {
  const { draft, orders } = drafted();
  expect(draft.told).toEqual({});
  expect(await draft.begin()).toBe(false);
  expect(orders).toEqual([]);
  expect(Object.keys(draft.told).sort()).toEqual(
    ["administrator", "holder 0 0", "holder 0 1", "holder 0 2", "place", "witness"].sort(),
  );
});

test("a share that goes to a sheet needs a folder for it", async () => {
  const { draft, orders, fill } = drafted();
  fill();
  draft.quorum.groups[0]!.holders.forEach((holder) => (holder.carrier = "sheet"));
  expect(Object.keys(draft.wrong)).toEqual(["sheets"]);
  await draft.choose();
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.sheets).toBe(7);
  expect(orders[0]?.officials.place).toBe("Vault room");
  const holders = orders[0]?.groups.flatMap((group) => group.holders) ?? [];
  expect(holders).toHaveLength(3);
  expect(holders.every(({ token, sheet }) => sheet && !token)).toBe(true);
});

test("shares go to tokens unless somebody says else, and then no folder is needed", async () => {
  const { draft, orders, fill } = drafted();
  fill();
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.sheets).toBeNull();
  expect(orders[0]?.groups[0]?.holders[0]).toEqual({
    name: "Holder 0 0",
    token: true,
    sheet: false,
  });
});

test("the witness neither leads nor holds a share", () => {
  const { draft, fill } = drafted();
  fill();
  draft.officials.witness = "Max";
  expect(draft.wrong["witness"]).toContain("administrator");
  draft.officials.witness = "Holder 0 1";
  expect(draft.wrong["witness"]).toContain("no share");
});

test("nobody holds two shares, and no group has the name of another", () => {
  const { draft, fill } = drafted();
  draft.quorum.addGroup();
  fill();
  const [first, second] = draft.quorum.groups;
  if (!first || !second) throw new Error("two groups");
  second.holders[0]!.name = "Holder 0 0";
  second.name = first.name;
  expect(Object.keys(draft.wrong).sort()).toEqual([
    "group 0",
    "group 1",
    "holder 0 0",
    "holder 1 0",
  ]);
});

test("a threshold is at least one and at most all", () => {
  const { draft, fill } = drafted();
  fill();
  const group = draft.quorum.groups[0];
  if (!group) throw new Error("a group");
  for (const threshold of [0, 4, null]) {
    group.threshold = threshold;
    expect(Object.keys(draft.wrong)).toEqual(["threshold 0"]);
  }
  draft.quorum.groupThreshold = 2;
  group.threshold = 3;
  expect(Object.keys(draft.wrong)).toEqual(["groupThreshold"]);
});

test("a key takes the place of one that still opens something", async () => {
  const key = (name: string, state: string) => ({ name, state, split: null });
  const keys = [key("p/3", "destroyed"), key("p/2", "compromised"), key("p/1", "deactivated")];
  const { draft, orders, fill } = drafted(true, keys);
  await draft.start();
  expect(draft.hasNoKey).toBe(false);
  expect(draft.keys.map(({ name }) => name)).toEqual(["p/2", "p/1"]);
  fill();
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.replaces).toBe("p/2");
  draft.replaced = "";
  expect(Object.keys(draft.wrong)).toEqual(["replaced"]);
  const other = drafted(true, [key("p/3", "destroyed")]);
  await other.draft.start();
  expect(other.draft.hasNoKey).toBe(true);
});

test("a group that goes takes its place in the quorum with it", () => {
  const { draft } = drafted();
  draft.quorum.addGroup();
  expect(draft.quorum.groupThreshold).toBe(2);
  draft.quorum.removeGroup(1);
  expect(draft.quorum.groupThreshold).toBe(1);
});
