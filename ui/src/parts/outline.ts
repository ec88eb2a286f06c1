/** A tree as the flat list of the rows that are open; children come when they are wanted. */

/** A thing in a tree. */
export interface Node {
  readonly id: string;
  readonly name: string;
  /** Whether it may have children. */
  readonly folder: boolean;
}

/** A row of an open tree. */
export interface Row<N extends Node> {
  readonly node: N;
  /** Depth from 1. */
  readonly level: number;
  /** Place among its siblings, from 1, and how many they are. */
  readonly place: number;
  readonly siblings: number;
  readonly state: "leaf" | "closed" | "coming" | "open" | "failed";
}

/** Reads the children of a node. */
export type Children<N extends Node> = (node: N) => Promise<readonly N[]>;

/** A tree of which some folders are open. */
export class Outline<N extends Node> {
  rows: readonly Row<N>[];
  readonly #children: Children<N>;
  readonly #changed: () => void;

  /** `changed` is called whenever `rows` is another list. */
  constructor(roots: readonly N[], children: Children<N>, changed: () => void) {
    this.rows = rowsOf(roots, 1);
    this.#children = children;
    this.#changed = changed;
  }

  /** Opens a folder: reads its children and puts their rows below it. */
  async open(id: string): Promise<void> {
    const row = this.rows.find((row) => row.node.id === id);
    if (!row || (row.state !== "closed" && row.state !== "failed")) return;
    this.#mark(id, "coming");
    try {
      const children = await this.#children(row.node);
      const at = this.#mark(id, "open");
      // It may have been closed, or its parent, while the children came.
      if (at < 0) return;
      const below = rowsOf(children, row.level + 1);
      this.rows = this.rows.slice(0, at + 1).concat(below, this.rows.slice(at + 1));
    } catch {
      this.#mark(id, "failed");
    }
    this.#changed();
  }

  /** Closes a folder and takes away the rows below it. */
  close(id: string): void {
    const at = this.rows.findIndex((row) => row.node.id === id);
    const row = this.rows[at];
    if (!row || row.state === "leaf" || row.state === "closed") return;
    let end = at + 1;
    while ((this.rows[end]?.level ?? 0) > row.level) end += 1;
    const closed: Row<N> = { ...row, state: "closed" };
    this.rows = this.rows.slice(0, at).concat([closed], this.rows.slice(end));
    this.#changed();
  }

  /** The index of the row above which contains this one; -1 for a root. */
  parent(index: number): number {
    const level = this.rows[index]?.level ?? 1;
    let above = index - 1;
    while (above >= 0 && (this.rows[above]?.level ?? 0) >= level) above -= 1;
    return above;
  }

  /** Sets the state of a row that is on its way, and says where it is. */
  #mark(id: string, state: Row<N>["state"]): number {
    const at = this.rows.findIndex((row) => row.node.id === id);
    const row = this.rows[at];
    if (!row || (state !== "coming" && row.state !== "coming")) return -1;
    const rows = this.rows.slice();
    rows[at] = { ...row, state };
    this.rows = rows;
    this.#changed();
    return at;
  }
}

function rowsOf<N extends Node>(nodes: readonly N[], level: number): Row<N>[] {
  return nodes.map((node, index) => ({
    node,
    level,
    place: index + 1,
    siblings: nodes.length,
    state: node.folder ? "closed" : "leaf",
  }));
}
