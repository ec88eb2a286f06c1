/** Reading the log: its verdict, and its entries as they are searched. */

import { commands, refusalOf, type Page, type Refusal, type Verified } from "../ipc/call";
import { PAGE_ROWS, type Source } from "../parts/pages";
import type { LogEntry } from "./types";

/** What reading the log needs of the program. */
export interface LogBorder {
  page(query: string, start: number, length: number): Promise<Page>;
  verify(): Promise<Verified>;
}

const program: LogBorder = {
  page: (query, start, length) => commands.logPage(query, start, length),
  verify: () => commands.logVerify(),
};

/** The log as its page shows it. */
export class LogReading {
  /** The entries that fit the query; nothing until they were read. */
  source: Source<LogEntry> | undefined = $state.raw();
  verified: Verified | undefined = $state.raw();
  isVerifying = $state(false);
  refusal: Refusal | undefined = $state.raw();
  readonly #border: LogBorder;
  #query = "";

  constructor(border: LogBorder = program) {
    this.#border = border;
  }

  /** Shows the entries in which `query` stands; an answer to an older query is not shown. */
  async search(query: string): Promise<void> {
    this.#query = query;
    try {
      const first = await this.#border.page(query, 0, PAGE_ROWS);
      if (this.#query === query) this.source = this.#sourceOf(query, first);
    } catch (thrown) {
      if (this.#query === query) this.refusal = refusalOf(thrown);
    }
  }

  /** Reads the whole log and says whether it holds. */
  async verify(): Promise<void> {
    if (this.isVerifying) return;
    this.isVerifying = true;
    this.verified = this.refusal = undefined;
    try {
      this.verified = await this.#border.verify();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    } finally {
      this.isVerifying = false;
    }
  }

  #sourceOf(query: string, first: Page): Source<LogEntry> {
    const page = async (start: number, length: number) => {
      if (start === 0 && length <= PAGE_ROWS) return entriesOf(first);
      return entriesOf(await this.#border.page(query, start, length));
    };
    return { count: first.total, page };
  }
}

function entriesOf(page: Page): LogEntry[] {
  return page.entries.map(({ result, remark, ...entry }) => ({
    ...entry,
    result: result ?? undefined,
    remark: remark ?? undefined,
  }));
}
