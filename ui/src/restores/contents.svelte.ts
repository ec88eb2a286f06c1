/** The list of what is in an archive: folders that open, names that are looked for, choosing. */

import {
  commands,
  refusalOf,
  type Chosen,
  type Contents,
  type Inside,
  type Listing,
  type Refusal,
} from "../ipc/call";
import type { Node } from "../parts/outline";
import { choiceOf, withEntry } from "./choice";

/** How many entries of a folder, or hits of a search, are shown at once. */
export const SHOWN_MAX = 1000;

/** What the list needs of the program. */
export interface ContentsBorder {
  contents(medium: number): Promise<Contents | null>;
  of(medium: number, folder: number, start: number, length: number): Promise<Listing>;
  found(medium: number, text: string, start: number, length: number): Promise<Listing>;
  chosen(medium: number, patterns: string[]): Promise<Chosen>;
  without(medium: number, patterns: string[], number: number): Promise<string[]>;
}

const program: ContentsBorder = {
  contents: (medium) => commands.contents(medium),
  of: (medium, folder, start, length) => commands.contentsOf(medium, folder, start, length),
  found: (medium, text, start, length) => commands.contentsFound(medium, text, start, length),
  chosen: (medium, patterns) => commands.contentsChosen(medium, patterns),
  without: (medium, patterns, number) => commands.contentsWithout(medium, patterns, number),
};

/** A row of the list. */
export interface Entry extends Node {
  readonly number: number;
  readonly pattern: string | null;
  readonly files: number;
  readonly bytes: number;
  /** Its path, as it is shown. */
  readonly path: string;
  /** The folder that it lies in, where that is not seen. */
  readonly place?: string;
}

/** Entries side by side, and how many more there are that are not shown. */
export interface Shown {
  readonly entries: readonly Entry[];
  readonly more: number;
}

/** The list of one archive. */
export class Inventory {
  /** What the archive holds; null if the vault keeps no list of it; nothing until that is known. */
  contents: Contents | null | undefined = $state.raw();
  /** What lies at the top, or what was found. */
  shown: Shown | undefined = $state.raw();
  /** How much is chosen; nothing while everything is. */
  chosen: Chosen | undefined = $state.raw();
  /** Folders of which not everything is shown, by number, with how much is not. */
  cut: ReadonlyMap<number, number> = $state.raw(new Map());
  refusal: Refusal | undefined = $state.raw();
  readonly #medium: number;
  readonly #border: ContentsBorder;
  #asked = "";

  constructor(medium: number, border: ContentsBorder = program) {
    this.#medium = medium;
    this.#border = border;
  }

  /** Opens the list, if the vault keeps one. */
  async open(): Promise<void> {
    await this.#try(async () => {
      this.contents = await this.#border.contents(this.#medium);
      if (this.contents) await this.search("");
    });
    if (this.contents === undefined) this.contents = null;
  }

  /** Shows what has `text` in its name, or the folders if that is empty. */
  async search(text: string): Promise<void> {
    // The same again would close the folders that are open.
    if (this.shown && this.#asked === text) return;
    this.#asked = text;
    await this.#try(async () => {
      const listing = text
        ? await this.#border.found(this.#medium, text, 0, SHOWN_MAX)
        : await this.#border.of(this.#medium, 0, 0, SHOWN_MAX);
      // An answer to an older question is not shown.
      if (this.#asked !== text) return;
      this.shown = {
        entries: listing.items.map((item) => entryOf(item, text !== "")),
        more: listing.total - listing.items.length,
      };
      this.cut = new Map();
    });
  }

  /** What lies in a folder, for the tree that opens it. */
  children = async (folder: Entry): Promise<readonly Entry[]> => {
    const listing = await this.#border.of(this.#medium, folder.number, 0, SHOWN_MAX);
    const more = listing.total - listing.items.length;
    if (more > 0) this.cut = new Map(this.cut).set(folder.number, more);
    return listing.items.map((item) => entryOf(item, false));
  };

  /** Chooses an entry, or takes it out of what is chosen; returns the new patterns. */
  async toggle(patterns: readonly string[], entry: Entry): Promise<readonly string[]> {
    if (choiceOf(patterns, entry) !== "all") return withEntry(patterns, entry);
    const without = await this.#try(() =>
      this.#border.without(this.#medium, [...patterns], entry.number),
    );
    return without ?? patterns;
  }

  /** Counts what the patterns choose. */
  async weigh(patterns: readonly string[]): Promise<void> {
    this.chosen = undefined;
    if (!this.contents || patterns.length === 0) return;
    const chosen = await this.#try(() => this.#border.chosen(this.#medium, [...patterns]));
    this.chosen = chosen;
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    this.refusal = undefined;
    try {
      return await work();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return undefined;
    }
  }
}

function entryOf(item: Inside, isFound: boolean): Entry {
  const { number, name, pattern, files, bytes, place } = item;
  const folder = item.kind === "folder";
  const path = place === "" ? name : `${place}/${name}`;
  const entry = { id: String(number), number, name, path, folder, pattern, files, bytes };
  return isFound ? { ...entry, place } : entry;
}
