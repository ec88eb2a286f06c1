/** Media on the record of the vault: reading them, adding one, checking one that is connected. */

import {
  commands,
  listen,
  refusalOf,
  type Folder,
  type JobEvent,
  type KeptMedium,
  type Refusal,
  type Tick,
} from "../ipc/call";

/** What a check is about. */
export interface CheckOrder {
  folder: number;
  /** Where the last volume is, if it lies elsewhere. */
  index: number | null;
  /** Which medium it is; nothing if there is only one that it can be. */
  name: string | null;
  /** The share of a sample; nothing for all of it. */
  percent: number | null;
  person: string;
}

/** What a new medium is. */
export interface NewMedium {
  name: string;
  kind: string;
  place: string;
}

/** What the shelf needs of the program. */
export interface ShelfBorder {
  media(): Promise<KeptMedium[]>;
  chooseFolder(title: string): Promise<Folder | null>;
  add(folder: number, index: number | null, medium: NewMedium): Promise<KeptMedium[]>;
  check(order: CheckOrder, hear: (event: JobEvent<KeptMedium>) => void): Promise<number>;
  stop(job: number): Promise<unknown>;
}

const program: ShelfBorder = {
  media: () => commands.keptMedia(),
  chooseFolder: (title) => commands.chooseFolder(title),
  add: (folder, index, { name, kind, place }) =>
    commands.addMedium(folder, index, name, kind, place),
  check: ({ folder, index, name, percent, person }, hear) =>
    commands.checkKept(folder, index, name, percent, person, listen(hear)),
  stop: (job) => commands.stopJob(job),
};

/** A job that was asked to stop fails with this code. */
const STOPPED = "SR-ENGINE-CANCELLED";

/** Where a check stands. */
export type CheckPhase = "ready" | "running" | "stopping" | "stopped" | "done" | "failed";

/** Media as the page of their archive shows them. */
export class Shelf {
  /** All that are kept, the longest unchecked first; nothing until they were read. */
  media: readonly KeptMedium[] | undefined = $state.raw();
  /** The folder with the last volume, if somebody chose one. */
  index: Folder | undefined = $state.raw();
  phase: CheckPhase = $state("ready");
  tick: Tick | undefined = $state.raw();
  /** The medium that was checked last, as it is now. */
  checked: KeptMedium | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #border: ShelfBorder;
  #job: Promise<number> | undefined;

  constructor(border: ShelfBorder = program) {
    this.#border = border;
  }

  /** Whether a check is under way. */
  get isUnderWay(): boolean {
    return this.phase === "running" || this.phase === "stopping";
  }

  /** The media that carry an archive. */
  of(archive: string): readonly KeptMedium[] {
    return this.media?.filter((medium) => medium.archive === archive) ?? [];
  }

  /** Reads them. */
  async start(): Promise<void> {
    await this.#try(async () => (this.media = await this.#border.media()));
  }

  /** Lets the person choose where the last volume is. */
  async chooseIndex(title: string): Promise<void> {
    await this.#try(async () => {
      this.index = (await this.#border.chooseFolder(title)) ?? this.index;
    });
  }

  /** Lets the person choose a medium's folder and puts it on the record; tells whether it is. */
  async add(medium: NewMedium, title: string): Promise<boolean> {
    let isAdded = false;
    await this.#try(async () => {
      const folder = await this.#border.chooseFolder(title);
      if (!folder) return;
      this.media = await this.#border.add(folder.id, this.index?.id ?? null, medium);
      isAdded = true;
    });
    return isAdded;
  }

  /** Lets the person choose a medium's folder and checks it. */
  async check(order: Pick<CheckOrder, "name" | "percent" | "person">, title: string) {
    if (this.isUnderWay) return;
    await this.#try(async () => {
      const folder = await this.#border.chooseFolder(title);
      if (!folder) return;
      [this.phase, this.tick, this.checked] = ["running", undefined, undefined];
      const whole = { ...order, folder: folder.id, index: this.index?.id ?? null };
      this.#job = this.#border.check(whole, (event) => this.#hear(event));
      await this.#job;
    });
  }

  /** Asks the check to stop. */
  async stop(): Promise<void> {
    if (this.phase !== "running") return;
    this.phase = "stopping";
    try {
      if (this.#job) await this.#border.stop(await this.#job);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  #hear(event: JobEvent<KeptMedium>): void {
    if (event.is === "tick") this.tick = event.tick;
    if (event.is === "failed") this.#fail(event.refusal);
    if (event.is === "done") {
      [this.checked, this.phase] = [event.result, "done"];
      void this.start();
    }
  }

  #fail(refusal: Refusal): void {
    const isWanted = this.phase === "stopping" && refusal.code === STOPPED;
    this.phase = isWanted ? "stopped" : "failed";
    if (!isWanted) this.refusal = refusal;
  }

  async #try(work: () => Promise<unknown>): Promise<void> {
    try {
      this.refusal = undefined;
      await work();
    } catch (thrown) {
      if (this.phase === "running") this.phase = "failed";
      this.refusal = refusalOf(thrown);
    }
  }
}

// A check runs on while another page is looked at.
const shelves = new Map<string, Shelf>();

/** The media of the vault `which`, also before this page was opened. */
export function shelfOf(which: string): Shelf {
  const known = shelves.get(which) ?? new Shelf();
  shelves.set(which, known);
  return known;
}
