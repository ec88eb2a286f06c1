/** Making a sound copy of damaged media: a job that only reads them. */

import {
  commands,
  listen,
  refusalOf,
  type Folder,
  type JobEvent,
  type Mended,
  type Refusal,
  type Tick,
} from "../ipc/call";

/** What mending needs of the program. */
export interface MendingBorder {
  chooseFolder(title: string): Promise<Folder | null>;
  mend(medium: number, folder: number, hear: (event: JobEvent<Mended>) => void): Promise<number>;
  stop(job: number): Promise<unknown>;
}

const program: MendingBorder = {
  chooseFolder: (title) => commands.chooseFolder(title),
  mend: (medium, folder, hear) => commands.mendMedium(medium, folder, listen(hear)),
  stop: (job) => commands.stopJob(job),
};

/** The mending of one medium. */
export class Mending {
  isUnderWay = $state(false);
  tick: Tick | undefined = $state.raw();
  /** Where the copy is made, and what came of it. */
  folder: Folder | undefined = $state.raw();
  mended: Mended | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #border: MendingBorder;
  #job: Promise<number> | undefined;

  constructor(border: MendingBorder = program) {
    this.#border = border;
  }

  /** Lets the person choose a folder, and makes the copy in it. */
  async start(medium: number, title: string): Promise<void> {
    if (this.isUnderWay) return;
    this.refusal = undefined;
    try {
      const folder = await this.#border.chooseFolder(title);
      if (!folder) return;
      this.tick = this.mended = undefined;
      [this.folder, this.isUnderWay] = [folder, true];
      this.#job = this.#border.mend(medium, folder.id, (event) => this.#hear(event));
      await this.#job;
    } catch (thrown) {
      this.#fail(refusalOf(thrown));
    }
  }

  /** Asks the job to stop. */
  async stop(): Promise<void> {
    try {
      if (this.#job) await this.#border.stop(await this.#job);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  #hear(event: JobEvent<Mended>): void {
    if (event.is === "tick") this.tick = event.tick;
    if (event.is === "failed") this.#fail(event.refusal);
    if (event.is === "done") [this.mended, this.isUnderWay] = [event.result, false];
  }

  #fail(refusal: Refusal): void {
    [this.refusal, this.isUnderWay] = [refusal, false];
  }
}
