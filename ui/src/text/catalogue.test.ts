import { parse } from "svelte/compiler";
import { expect, test } from "vitest";

const components = import.meta.glob<string>(["../**/*.svelte", "!../gallery/**"], {
  query: "?raw",
  import: "default",
  eager: true,
});

/** Attributes whose value somebody reads or hears. */
const READ = new Set(["title", "aria-label", "placeholder", "alt", "label", "hint", "lead"]);

/** The words that stand in the markup itself instead of in a catalogue. */
function written(source: string): string[] {
  const found: string[] = [];
  const isWord = (text: string) => /[A-Za-z]{2,}/.test(text);
  const walk = (node: unknown, isRead: boolean): void => {
    if (Array.isArray(node)) node.forEach((child) => walk(child, isRead));
    if (typeof node !== "object" || node === null || Array.isArray(node)) return;
    const { type, name, data, ...rest } = node as Record<string, unknown>;
    if (type === "Text" && isRead && typeof data === "string" && isWord(data))
      found.push(data.trim());
    const isAttribute = type === "Attribute" || type === "StyleDirective";
    const isReadBelow = isAttribute ? READ.has(String(name)) : isRead;
    for (const child of Object.values(rest)) walk(child, isReadBelow);
  };
  walk(parse(source, { modern: true }).fragment, true);
  return found;
}

test("a sentence in the markup is found, and a class is not", () => {
  expect(written('<p class="quiet" title="Two words">Read me {text}</p>')).toEqual([
    "Two words",
    "Read me",
  ]);
});

test("every sentence that a person reads is in a catalogue", () => {
  const found = Object.entries(components).flatMap(([path, source]) =>
    written(source).map((text) => `${path}: ${text}`),
  );
  expect(found).toEqual([]);
});
