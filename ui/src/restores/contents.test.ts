import { expect, test } from "vitest";

import type { Inside, Listing } from "../ipc/call";
import { Inventory, type ContentsBorder, type Entry } from "./contents.svelte";

const inside = (number: number, name: string, kind = "file"): Inside => ({
  number,
  name,
  place: "ledger",
  pattern: `ledger/${name}`,
  kind,
  files: 1,
  bytes: 7,
});

const listing = (total: number, ...items: Inside[]): Listing => ({ total, items });

/** A border that knows one folder with more in it than is shown. */
function border(changes: Partial<ContentsBorder> = {}): ContentsBorder {
  return {
    contents: () => Promise.resolve({ entries: 3, files: 2, bytes: 14 }),
    of: (_, folder) =>
      Promise.resolve(
        folder === 0
          ? listing(1, inside(1, "2025", "folder"))
          : listing(5000, inside(2, "a.csv"), inside(3, "b.csv")),
      ),
    found: (_, text) => Promise.resolve(listing(1, inside(2, text))),
    chosen: (_, patterns) => Promise.resolve({ files: patterns.length, bytes: 7 }),
    without: (_, patterns) => Promise.resolve(patterns.slice(1)),
    ...changes,
  };
}

async function opened(changes: Partial<ContentsBorder> = {}): Promise<Inventory> {
  const inventory = new Inventory(1, border(changes));
  await inventory.open();
  return inventory;
}

const first = (inventory: Inventory) => inventory.shown?.entries[0] as Entry;

test("the folders at the top come first, and a folder says what it does not show", async () => {
  const inventory = await opened();
  expect(inventory.contents?.files).toBe(2);
  expect(first(inventory)).toMatchObject({ name: "2025", folder: true });
  expect(first(inventory).place).toBeUndefined();
  const children = await inventory.children(first(inventory));
  expect(children.map(({ name }) => name)).toEqual(["a.csv", "b.csv"]);
  expect(inventory.cut.get(1)).toBe(4998);
});

test("asking for the same again leaves the tree as it is", async () => {
  const inventory = await opened();
  const { shown } = inventory;
  await inventory.search("");
  expect(inventory.shown).toBe(shown);
});

test("what is found says where it lies", async () => {
  const inventory = await opened();
  await inventory.search("csv");
  expect(first(inventory)).toMatchObject({ name: "csv", place: "ledger" });
});

test("the answer to an older question is not shown", async () => {
  const answers = new Map<string, (listing: Listing) => void>();
  const inventory = await opened({
    found: (_, text) => new Promise((answer) => answers.set(text, answer)),
  });
  const older = inventory.search("a");
  const newer = inventory.search("ab");
  answers.get("ab")?.(listing(1, inside(2, "ab")));
  answers.get("a")?.(listing(1, inside(3, "a")));
  await Promise.all([older, newer]);
  expect(first(inventory).name).toBe("ab");
});

test("an archive without a list says so, and so does one whose list cannot be read", async () => {
  expect((await opened({ contents: () => Promise.resolve(null) })).contents).toBeNull();
  const refusal = { code: "SR-VAULT-CATALOGUE-CHANGED", problem: "", remedy: "" };
  const failing = await opened({ contents: () => Promise.reject(refusal as unknown as Error) });
  expect(failing.contents).toBeNull();
  expect(failing.refusal?.code).toBe("SR-VAULT-CATALOGUE-CHANGED");
});

test("choosing adds a pattern, and choosing again takes it out", async () => {
  const inventory = await opened();
  const chosen = await inventory.toggle([], first(inventory));
  expect(chosen).toEqual(["ledger/2025"]);
  await inventory.weigh(chosen);
  expect(inventory.chosen?.files).toBe(1);
  expect(await inventory.toggle(chosen, first(inventory))).toEqual([]);
  await inventory.weigh([]);
  expect(inventory.chosen).toBeUndefined();
});

test("what cannot be taken out stays chosen, and the reason is told", async () => {
  const refusal = { code: "SR-ENGINE-APART", problem: "", remedy: "" };
  const inventory = await opened({ without: () => Promise.reject(refusal as unknown as Error) });
  expect(await inventory.toggle(["ledger/2025"], first(inventory))).toEqual(["ledger/2025"]);
  expect(inventory.refusal?.code).toBe("SR-ENGINE-APART");
});
