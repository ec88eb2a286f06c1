import { describe, expect, test } from "vitest";

import tokens from "./tokens.css?raw";

type Theme = "light" | "dark" | "projector";
const THEMES: Theme[] = ["light", "dark", "projector"];

/** Text and its ground, at least 4.5 : 1. */
const TEXT: readonly (readonly [string, string])[] = [
  ...["ground", "surface", "sunken"].flatMap((ground) =>
    ["ink", "ink-quiet", "accent", "good", "caution", "danger", "drill"].map(
      (ink) => [ink, ground] as const,
    ),
  ),
  ...["accent", "good", "caution", "danger", "drill"].flatMap((name) => [
    ["ink", `${name}-wash`] as const,
    ["ink-quiet", `${name}-wash`] as const,
    [name, `${name}-wash`] as const,
  ]),
  ["accent-strong", "accent-wash"],
  ["on-accent", "accent"],
  ["on-accent", "accent-strong"],
  ["on-accent", "good"],
  ["on-danger", "danger"],
  ["on-drill", "drill"],
];

/** Borders of controls and strokes that mean something, at least 3 : 1. */
const STROKES: readonly (readonly [string, string])[] = ["ground", "surface", "sunken"].flatMap(
  (ground) => ["edge", "accent", "good", "caution", "danger"].map((ink) => [ink, ground] as const),
);

const projector = tokens.slice(tokens.indexOf('[data-theme="projector"]'));

function colour(name: string, theme: Theme): string {
  const hex = `(#[0-9a-f]{6})`;
  if (theme === "projector") {
    const own = new RegExp(`--${name}: ${hex};`).exec(projector)?.[1];
    if (own) return own;
  }
  const both = new RegExp(`--${name}: light-dark\\(${hex}, ${hex}\\);`).exec(tokens);
  const found = both?.[theme === "dark" ? 2 : 1];
  if (!found) throw new Error(`tokens.css has no colour --${name}`);
  return found;
}

/** Relative luminance, as WCAG 2.2 defines it. */
function luminance(hex: string): number {
  const [r = 0, g = 0, b = 0] = [1, 3, 5].map((at) => {
    const value = parseInt(hex.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * r + 0.7152 * g + 0.0722 * b;
}

function contrast(one: string, other: string): number {
  const [light = 0, dark = 0] = [luminance(one), luminance(other)].sort((a, b) => b - a);
  return (light + 0.05) / (dark + 0.05);
}

/** The pairs below `least`, each with its ratio. */
function tooPale(pairs: typeof TEXT, theme: Theme, least: number): string[] {
  return pairs
    .map(([ink, ground]) => ({
      pair: `${ink} on ${ground}`,
      ratio: contrast(colour(ink, theme), colour(ground, theme)),
    }))
    .filter(({ ratio }) => ratio < least)
    .map(({ pair, ratio }) => `${pair}: ${ratio.toFixed(2)}`);
}

test("the ratio is that of WCAG", () => {
  expect(contrast("#000000", "#ffffff")).toBeCloseTo(21);
  expect(contrast("#777777", "#ffffff")).toBeCloseTo(4.48, 2);
});

describe.each(THEMES)("in the theme %s", (theme) => {
  test("every text can be read", () => {
    expect(tooPale(TEXT, theme, 4.5)).toEqual([]);
  });

  test("every border and stroke that means something can be seen", () => {
    expect(tooPale(STROKES, theme, 3)).toEqual([]);
  });
});

test("text on a projector has at least 7 : 1", () => {
  expect(tooPale(TEXT, "projector", 7)).toEqual([]);
});

const sources = import.meta.glob<string>(["./**/*.svelte", "./**/*.css"], {
  query: "?raw",
  import: "default",
  eager: true,
});

test("every name that a component uses is a token, or its own", () => {
  const unknown = Object.entries(sources).flatMap(([path, text]) => {
    const used = [...text.matchAll(/var\((--[a-z0-9-]+)([,)])/g)];
    return used
      .filter(([, name, end]) => end === ")" && ![text, tokens].some((t) => defines(t, name)))
      .map(([, name]) => `${path}: ${name}`);
  });
  expect(unknown).toEqual([]);
});

test("no colour is written outside of tokens.css", () => {
  const literal = /#[0-9a-f]{3,8}\b(?=[^{]*;)|\b(?:hsl|oklch)\(/i;
  const found = Object.entries(sources)
    .filter(([path]) => path !== "./tokens.css")
    .filter(([, text]) => literal.test(text.slice(text.indexOf("<style"))));
  expect(found.map(([path]) => path)).toEqual([]);
});

function defines(text: string, name: string | undefined): boolean {
  return text.includes(`${name}:`) || text.includes(`style:${name}=`);
}
