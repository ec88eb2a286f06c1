import { expect, test } from "vitest";

import type { GenesisOrder } from "../ipc/call";
import { GenesisDraft, type Program } from "./genesis.svelte";

function drafted(hasTokens: boolean) {
  const orders: GenesisOrder[] = [];
  const program: Program = {
    beginGenesis: async (order) => {
      orders.push(order);
      return null;
    },
    chooseFolder: async () => ({ id: 7, folder: "/dev/shm/sheets" }),
  };
  const draft = new GenesisDraft(hasTokens, program);
  const fill = () => {
    draft.place = " Vault room ";
    draft.administrator = "Max";
    draft.witness = "Wilma";
    draft.groups.forEach((group, place) =>
      group.holders.forEach((holder, at) => (holder.name = `Holder ${place} ${at}`)),
    );
  };
  return { draft, orders, fill };
}

test("nothing begins while something is missing, and everything missing is named", async () => {
  const { draft, orders } = drafted(false);
  expect(await draft.begin()).toBe(false);
  expect(orders).toEqual([]);
  expect(Object.keys(draft.wrong).sort()).toEqual(
    [
      "administrator",
      "holder 0 0",
      "holder 0 1",
      "holder 0 2",
      "place",
      "sheets",
      "witness",
    ].sort(),
  );
});

test("in production every share goes to a sheet, and the sheets need a folder", async () => {
  const { draft, orders, fill } = drafted(false);
  fill();
  expect(Object.keys(draft.wrong)).toEqual(["sheets"]);
  await draft.choose();
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.sheets).toBe(7);
  expect(orders[0]?.place).toBe("Vault room");
  const holders = orders[0]?.groups.flatMap((group) => group.holders) ?? [];
  expect(holders).toHaveLength(3);
  expect(holders.every(({ token, sheet }) => sheet && !token)).toBe(true);
});

test("in a drill shares go to tokens, and no folder is needed", async () => {
  const { draft, orders, fill } = drafted(true);
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
  const { draft, fill } = drafted(true);
  fill();
  draft.witness = "Max";
  expect(draft.wrong["witness"]).toContain("administrator");
  draft.witness = "Holder 0 1";
  expect(draft.wrong["witness"]).toContain("no share");
});

test("nobody holds two shares, and no group has the name of another", () => {
  const { draft, fill } = drafted(true);
  draft.addGroup();
  fill();
  const [first, second] = draft.groups;
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
  const { draft, fill } = drafted(true);
  fill();
  const group = draft.groups[0];
  if (!group) throw new Error("a group");
  for (const threshold of [0, 4, null]) {
    group.threshold = threshold;
    expect(Object.keys(draft.wrong)).toEqual(["threshold 0"]);
  }
  draft.groupThreshold = 2;
  group.threshold = 3;
  expect(Object.keys(draft.wrong)).toEqual(["groupThreshold"]);
});

test("a group that goes takes its place in the quorum with it", () => {
  const { draft } = drafted(true);
  draft.addGroup();
  expect(draft.groupThreshold).toBe(2);
  draft.removeGroup(1);
  expect(draft.groupThreshold).toBe(1);
});
