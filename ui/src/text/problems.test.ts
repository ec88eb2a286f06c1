import { expect, test } from "vitest";

import { explain, problems } from "./problems";

const sources = import.meta.glob<string>(
  ["../../../src-tauri/**/*.rs", "!**/target/**", "!**/tests/**", "!**/tests.rs"],
  { query: "?raw", import: "default", eager: true },
);

/** Every code that the program hands out. */
const codes = new Set(
  Object.values(sources).flatMap((text) =>
    [...text.matchAll(/"(SR-[A-Z0-9-]+)"/g)].map(([, c]) => c),
  ),
);

test("the Rust sources are found", () => {
  expect(codes.size).toBeGreaterThan(200);
});

test("every code of the program is explained", () => {
  expect([...codes].filter((code) => !code || !problems[code])).toEqual([]);
});

test("nothing is explained that the program does not name", () => {
  expect(Object.keys(problems).filter((code) => !codes.has(code))).toEqual([]);
});

test("meaning and remedy are sentences, calm and complete", () => {
  const isSentence = (text: string) => /^[A-Z].*\.$/s.test(text) && !/[!]|\s\s/.test(text);
  const bad = Object.entries(problems).filter(
    ([, { meaning, remedy }]) => !isSentence(meaning) || !isSentence(remedy),
  );
  expect(bad.map(([code]) => code)).toEqual([]);
});

test("a code that nobody explained still gets an answer", () => {
  const { meaning, remedy } = explain("SR-NEW-THING");
  expect(meaning).not.toBe("");
  expect(remedy).toContain("Report");
});

test("the program's own remedy, which knows the facts, wins", () => {
  const given = explain("SR-TOKEN-WRONG-TOKEN", "Insert token 20417733.");
  expect(given.remedy).toBe("Insert token 20417733.");
  expect(given.meaning).toBe(problems["SR-TOKEN-WRONG-TOKEN"]?.meaning);
});
