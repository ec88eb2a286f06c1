import { expect, test } from "vitest";

import type { EnrolOrder, HealthOrder, Key, RefreshOrder, ShareHolder } from "../ipc/call";
import type { Draft } from "./draft.svelte";
import { EnrolDraft } from "./enrol.svelte";
import { HealthDraft } from "./health.svelte";
import { RefreshDraft } from "./refresh.svelte";

const holder = (name: string, ...tokens: (string | null)[]): ShareHolder => ({
  name,
  copies: tokens.map((token) => ({ token, remark: null, provedAt: null })),
  provedAt: null,
  due: "2027-01-01T00:00:00Z",
  isDue: false,
});

/** Two of three custodians and one of two officers; what Eva had is lost. */
const key: Key = {
  name: "drill/1",
  state: "active",
  recipient: "age1pq1",
  fingerprintWords: "words",
  fingerprint: "00",
  created: "2026-01-01T00:00:00Z",
  stateSince: "2026-01-01T00:00:00Z",
  archives: 0,
  split: {
    id: "1",
    created: "2026-01-01T00:00:00Z",
    groupThreshold: 2,
    groups: [
      {
        name: "custodians",
        threshold: 2,
        holders: [holder("Ada", "1"), holder("Bruno", "2", "3", null), holder("Cora", null)],
      },
      { name: "officers", threshold: 1, holders: [holder("Dirk", "4"), holder("Eva")] },
    ],
    margin: { isReachable: true, mayBeLost: 0, groups: [] },
    warnings: [],
  },
};

const retired: Key = { ...key, name: "drill/0", state: "deactivated" };

function lead(draft: Draft): void {
  draft.officials.place = "Here";
  draft.officials.administrator = "Max";
  draft.officials.witness = "Wilma";
}

function refreshed(keys: Key[] = [retired, key]) {
  const orders: RefreshOrder[] = [];
  const draft = new RefreshDraft(true, {
    keys: async () => keys,
    chooseFolder: async () => ({ id: 7, folder: "/dev/shm/sheets" }),
    beginRefresh: async (order) => {
      orders.push(order);
      return null;
    },
  });
  return { draft, orders };
}

function checked(keys: Key[] = [key]) {
  const orders: HealthOrder[] = [];
  const draft = new HealthDraft({
    keys: async () => keys,
    beginHealth: async (order) => {
      orders.push(order);
      return null;
    },
  });
  return { draft, orders };
}

test("a refresh begins with who holds shares now, and on what", async () => {
  const { draft, orders } = refreshed();
  await draft.start();
  lead(draft);
  expect(draft.key?.name).toBe("drill/1");
  const [custodians, officers] = draft.quorum.groups;
  expect(custodians?.holders.map(({ carrier }) => carrier)).toEqual(["token", "both", "sheet"]);
  expect(officers?.holders.map(({ name }) => name)).toEqual(["Dirk", "Eva"]);
  expect(draft.bearers.map(({ comes }) => comes)).toEqual([true, true, true, true, false]);
  await draft.choose();
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.key).toBe("drill/1");
  expect(orders[0]?.bearers).toEqual([
    { name: "Ada", sheet: false },
    { name: "Bruno", sheet: false },
    { name: "Cora", sheet: true },
    { name: "Dirk", sheet: false },
  ]);
});

test("a refresh without enough bearers, or with one as witness, does not begin", async () => {
  const { draft, orders } = refreshed();
  await draft.start();
  lead(draft);
  await draft.choose();
  draft.bearers.forEach((bearer) => (bearer.comes = bearer.name !== "Dirk"));
  expect(Object.keys(draft.wrong)).toContain("bearers");
  draft.bearers.forEach((bearer) => (bearer.comes = true));
  draft.quorum.groups[1]!.holders[0]!.name = "Frida";
  draft.officials.witness = "Dirk";
  expect(draft.wrong["witness"]).toContain("brings no share");
  expect(await draft.begin()).toBe(false);
  expect(orders).toEqual([]);
});

test("without a key in use there is nothing to split anew", async () => {
  const { draft } = refreshed([retired]);
  await draft.start();
  lead(draft);
  expect(draft.wrong["key"]).toBeDefined();
});

test("every holder is here with something, or absent with a reason", async () => {
  const { draft, orders } = checked();
  await draft.start();
  lead(draft);
  const [ada, bruno, , , eva] = draft.holders;
  if (!ada || !bruno || !eva) throw new Error("five holders");
  expect(Object.keys(draft.wrong)).toEqual(["tokens 4"]);
  eva.isHere = false;
  expect(Object.keys(draft.wrong)).toEqual(["reason 4"]);
  eva.reason = " The token is lost. ";
  bruno.brought = 3;
  expect(Object.keys(draft.wrong)).toEqual(["tokens 1"]);
  bruno.brought = 1;
  bruno.bringsSheet = false;
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.here[1]).toEqual({ name: "Bruno", tokens: 1, sheet: false });
  expect(orders[0]?.absent).toEqual([{ name: "Eva", reason: "The token is lost." }]);
});

test("shares of a key that was replaced are proved while they open something", async () => {
  const destroyed: Key = { ...key, name: "drill/2", state: "destroyed" };
  const { draft, orders } = checked([destroyed, retired, key]);
  await draft.start();
  lead(draft);
  expect(draft.keys.map(({ name }) => name)).toEqual(["drill/0", "drill/1"]);
  expect(draft.key?.name).toBe("drill/1");
  draft.choose("drill/0");
  draft.holders.forEach((holder) => ([holder.isHere, holder.reason] = [holder.tokens > 0, "ill"]));
  expect(await draft.begin()).toBe(true);
  expect(orders[0]?.key).toBe("drill/0");
});

test("nobody proves a share as witness, and somebody must be here", async () => {
  const { draft } = checked();
  await draft.start();
  lead(draft);
  draft.officials.witness = "Ada";
  expect(draft.wrong["witness"]).toContain("no share");
  draft.holders.forEach((holder) => ([holder.isHere, holder.reason] = [false, "ill"]));
  expect(draft.wrong["holders"]).toBeDefined();
});

test("a token is erased only if its number is written down", async () => {
  const orders: EnrolOrder[] = [];
  const draft = new EnrolDraft({
    beginEnrolment: async (order) => {
      orders.push(order);
      return null;
    },
  });
  lead(draft);
  draft.holders[0]!.name = " Ada ";
  draft.add();
  draft.holders[1]!.name = "Ada";
  expect(Object.keys(draft.wrong)).toEqual(["holder 0", "holder 1"]);
  draft.remove(1);
  draft.used = "reset";
  expect(Object.keys(draft.wrong)).toEqual(["serial"]);
  draft.serial = 20417733;
  expect(await draft.begin()).toBe(true);
  draft.used = "resume";
  expect(await draft.begin()).toBe(true);
  expect(orders.map(({ holders, reset, resume }) => ({ holders, reset, resume }))).toEqual([
    { holders: ["Ada"], reset: 20417733, resume: false },
    { holders: ["Ada"], reset: null, resume: true },
  ]);
});
