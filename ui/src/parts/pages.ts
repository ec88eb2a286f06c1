/** A list that is somewhere else and comes in pages, of which only a few are held. */

/** Where rows come from. A new object means new rows: a filter makes a new source. */
export interface Source<Row> {
  /** How many rows there are. */
  readonly count: number;
  /** Rows from `start`, at most `length`; rejects if they cannot be read. */
  page(start: number, length: number): Promise<readonly Row[]>;
}

/** The rows of a list as a source, for lists that are short. */
export function sourceOf<Row>(rows: readonly Row[]): Source<Row> {
  return {
    count: rows.length,
    page: (start, length) => Promise.resolve(rows.slice(start, start + length)),
  };
}

/** How many rows a page has. */
export const PAGE_ROWS = 128;
/** How many pages are held at once. */
export const PAGES_HELD = 12;

type Page<Row> = readonly Row[] | "coming" | "failed";

/** The pages held of one source; the oldest used goes first. */
export class Pages<Row> {
  readonly #source: Source<Row>;
  readonly #changed: () => void;
  readonly #held = new Map<number, Page<Row>>();

  /** `changed` is called when a page has come or could not be read. */
  constructor(source: Source<Row>, changed: () => void) {
    this.#source = source;
    this.#changed = changed;
  }

  /** How many pages are held or on their way. */
  get held(): number {
    return this.#held.size;
  }

  /** The row if it is here; otherwise it is asked for. */
  row(index: number): Row | undefined {
    const number = Math.floor(index / PAGE_ROWS);
    const page = this.#held.get(number);
    if (page === undefined) this.#ask(number);
    if (page === undefined || typeof page === "string") return undefined;
    this.#held.delete(number);
    this.#held.set(number, page);
    return page[index - number * PAGE_ROWS];
  }

  /** Whether a row was asked for in vain. */
  hasFailed(index: number): boolean {
    return this.#held.get(Math.floor(index / PAGE_ROWS)) === "failed";
  }

  /** Forgets what could not be read, so that it is asked for again. */
  retry(): void {
    for (const [number, page] of this.#held) {
      if (page === "failed") this.#held.delete(number);
    }
    this.#changed();
  }

  #ask(number: number): void {
    this.#held.set(number, "coming");
    const arrived = (page: Page<Row>) => {
      // A page that was dropped while it came is not wanted any more.
      if (!this.#held.has(number)) return;
      this.#held.set(number, page);
      this.#changed();
    };
    this.#source.page(number * PAGE_ROWS, PAGE_ROWS).then(arrived, () => arrived("failed"));
    for (const oldest of this.#held.keys()) {
      if (this.#held.size <= PAGES_HELD) break;
      this.#held.delete(oldest);
    }
  }
}
