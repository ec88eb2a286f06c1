import { expect, test, vi } from "vitest";

import { PAGE_ROWS, Pages, PAGES_HELD, sourceOf, type Source } from "./pages";

const settled = () => new Promise<void>((resolve) => setTimeout(resolve));

function numbers(count: number) {
  const page = vi.fn((start: number, length: number) =>
    Promise.resolve(Array.from({ length: Math.min(length, count - start) }, (_, i) => start + i)),
  );
  return { count, page };
}

test("a row is asked for once and then here", async () => {
  const source = numbers(1000);
  const changed = vi.fn();
  const pages = new Pages(source, changed);
  expect(pages.row(300)).toBeUndefined();
  expect(pages.row(301)).toBeUndefined();
  await settled();
  expect(pages.row(300)).toBe(300);
  expect(pages.row(301)).toBe(301);
  expect(source.page).toHaveBeenCalledExactlyOnceWith(256, PAGE_ROWS);
  expect(changed).toHaveBeenCalledOnce();
});

test("of a million rows only a few pages are held", async () => {
  const source = numbers(1_000_000);
  const pages = new Pages(source, () => undefined);
  for (let row = 0; row < 1_000_000; row += 10_000) pages.row(row);
  await settled();
  expect(pages.held).toBeLessThanOrEqual(PAGES_HELD);
  expect(pages.row(990_000)).toBe(990_000);
});

test("the page that was used last stays", async () => {
  const pages = new Pages(numbers(1_000_000), () => undefined);
  for (let page = 0; page < PAGES_HELD; page += 1) {
    pages.row(page * PAGE_ROWS);
    await settled();
  }
  expect(pages.row(0)).toBe(0);
  pages.row(500_000);
  expect(pages.row(0)).toBe(0);
  expect(pages.row(PAGE_ROWS)).toBeUndefined();
});

test("what cannot be read is told, and asked for again on demand only", async () => {
  const page = vi.fn<Source<number>["page"]>(() => Promise.reject(new Error("unreadable")));
  const pages = new Pages({ count: 10, page }, () => undefined);
  pages.row(3);
  await settled();
  expect(pages.hasFailed(3)).toBe(true);
  pages.row(3);
  expect(page).toHaveBeenCalledOnce();
  page.mockResolvedValue([0, 1, 2, 3]);
  pages.retry();
  pages.row(3);
  await settled();
  expect(pages.row(3)).toBe(3);
  expect(pages.hasFailed(3)).toBe(false);
});

test("rows in memory are a source too", async () => {
  const source = sourceOf(["a", "b", "c"]);
  expect(source.count).toBe(3);
  expect(await source.page(1, 128)).toEqual(["b", "c"]);
});
