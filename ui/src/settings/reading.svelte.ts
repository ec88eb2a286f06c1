/** Reading what is shown of the program itself: its settings, and what it is. */

import { commands, refusalOf, type About, type Refusal } from "../ipc/call";

/** What the screens of the program itself need. */
export interface ProgramBorder {
  about(): Promise<About>;
  dataFolder(): Promise<string>;
}

const program: ProgramBorder = {
  about: () => commands.about(),
  dataFolder: async () => (await commands.settings()).dataFolder,
};

/** The program as its screens show it. */
export class ProgramReading {
  about: About | undefined = $state.raw();
  dataFolder: string | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #border: ProgramBorder;

  constructor(border: ProgramBorder = program) {
    this.#border = border;
  }

  /** Reads both. */
  async start(): Promise<void> {
    await this.attempt(async () => {
      [this.about, this.dataFolder] = await Promise.all([
        this.#border.about(),
        this.#border.dataFolder(),
      ]);
    });
  }

  /** Does something and shows why it was refused, if it was. */
  async attempt(work: () => Promise<unknown>): Promise<void> {
    try {
      this.refusal = undefined;
      await work();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }
}

/** What the program is, as a text for a report. */
export function reportOf(about: About): string {
  const measures = Object.entries(about.hardening).map(([name, state]) => `${name}: ${state}`);
  return [`${about.name} ${about.version}`, `build: ${about.build}`, ...measures].join("\n");
}
