import { expect, test } from "vitest";

import { Outline, type Node } from "./outline";

const folder = (id: string): Node => ({ id, name: id, folder: true });
const file = (id: string): Node => ({ id, name: id, folder: false });

const CHILDREN: Record<string, Node[]> = {
  a: [folder("a/b"), file("a/c")],
  "a/b": [file("a/b/d")],
};

function tree() {
  const read: string[] = [];
  const children = async (node: Node) => {
    read.push(node.id);
    const found = CHILDREN[node.id];
    if (!found) throw new Error("unreadable");
    return found;
  };
  const outline = new Outline(
    [folder("a"), folder("broken"), file("e")],
    children,
    () => undefined,
  );
  const shown = () => outline.rows.map(({ node }) => node.id);
  return { outline, read, shown };
}

test("children are read when their folder opens, not before", async () => {
  const { outline, read, shown } = tree();
  expect(read).toEqual([]);
  await outline.open("a");
  expect(read).toEqual(["a"]);
  expect(shown()).toEqual(["a", "a/b", "a/c", "broken", "e"]);
  expect(outline.rows[1]).toMatchObject({ level: 2, place: 1, siblings: 2, state: "closed" });
});

test("closing takes away everything below, and nothing else", async () => {
  const { outline, shown } = tree();
  await outline.open("a");
  await outline.open("a/b");
  expect(shown()).toEqual(["a", "a/b", "a/b/d", "a/c", "broken", "e"]);
  outline.close("a");
  expect(shown()).toEqual(["a", "broken", "e"]);
});

test("a folder that was closed while its children came stays closed", async () => {
  const { outline, shown } = tree();
  const opening = outline.open("a");
  outline.close("a");
  await opening;
  expect(shown()).toEqual(["a", "broken", "e"]);
  expect(outline.rows[0]?.state).toBe("closed");
});

test("a folder that cannot be read says so and can be tried again", async () => {
  const { outline, read } = tree();
  await outline.open("broken");
  expect(outline.rows[1]?.state).toBe("failed");
  await outline.open("broken");
  expect(read).toEqual(["broken", "broken"]);
});

test("a file does not open", async () => {
  const { outline, read } = tree();
  await outline.open("e");
  expect(read).toEqual([]);
});

test("the row above that contains a row is found", async () => {
  const { outline } = tree();
  await outline.open("a");
  expect(outline.parent(2)).toBe(0);
  expect(outline.parent(3)).toBe(-1);
});
