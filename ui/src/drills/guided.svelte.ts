/** The guided drill: where it stands, and what moves it on. It is read from the program alone. */

import {
  commands,
  listen,
  refusalOf,
  type Document,
  type Guide,
  type Health,
  type JobEvent,
  type Refusal,
  type SealedSample,
} from "../ipc/call";
import { Ticks } from "../ceremonies/ticks.svelte";

/** The stages as people see them; damaging includes seeing the damage. */
export const STAGES = ["key", "seal", "damage", "restore", "debrief"] as const;

/** The name of a stage. */
export type StageName = (typeof STAGES)[number];

/** What this controller needs of the program; tests give their own. */
export type Program = Pick<
  typeof commands,
  | "guide"
  | "guideGenesis"
  | "guideSeal"
  | "guideDamage"
  | "guideRestore"
  | "guideReset"
  | "verifyMedium"
  | "documents"
>;

/** The guided drill on the screen. */
export class GuidedDrill {
  /** Where it stands; nothing until it was read. */
  guide: Guide | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  /** What runs now. */
  work: "seal" | "damage" | "verify" | "begin" | undefined = $state();
  /** How far it is. */
  ticks: Ticks = $state.raw(new Ticks());
  /** What sealing did, until the page is left. */
  sealed: SealedSample | undefined = $state.raw();
  /** What verifying without a key found, until the page is left. */
  health: Health | undefined = $state.raw();
  /** Somebody chose to go on without verifying. */
  isUnverified = $state(false);
  documents: readonly Document[] = $state.raw([]);

  readonly #commands: Program;
  readonly #listen: typeof listen;

  constructor(program: Program = commands, listening: typeof listen = listen) {
    this.#commands = program;
    this.#listen = listening;
  }

  /** The stage that the person is in: damage was not seen before the media were verified. */
  get stage(): StageName | undefined {
    const stage = this.guide?.stage;
    const isSeen = this.health !== undefined || this.isUnverified;
    return stage === "restore" && !isSeen ? "damage" : stage;
  }

  /** Whether bits were flipped already. */
  get isDamaged(): boolean {
    return (this.guide?.damagedSegments.length ?? 0) > 0;
  }

  /** Reads where the drill stands. */
  async read(): Promise<void> {
    await this.#tried(async () => {
      this.guide = await this.#commands.guide();
      if (this.guide.stage === "debrief") this.documents = await this.#commands.documents();
    });
  }

  /** Begins the ceremony of this stage; tells whether it began. */
  async begin(ceremony: "genesis" | "restore"): Promise<boolean> {
    this.work = "begin";
    const began = await this.#tried(() =>
      ceremony === "genesis" ? this.#commands.guideGenesis() : this.#commands.guideRestore(),
    );
    this.work = undefined;
    return began;
  }

  /** Makes and seals the sample. */
  async seal(): Promise<void> {
    await this.#watched<SealedSample>(
      "seal",
      (channel) => this.#commands.guideSeal(channel),
      (sealed) => (this.sealed = sealed),
    );
  }

  /** Flips bits on the medium. */
  async damage(): Promise<void> {
    this.work = "damage";
    await this.#tried(() => this.#commands.guideDamage());
    this.work = undefined;
    await this.#reread();
  }

  /** Verifies the medium without a key. */
  async verify(): Promise<void> {
    const medium = this.guide?.medium;
    if (!medium) return;
    this.health = undefined;
    await this.#watched<Health>(
      "verify",
      (channel) => this.#commands.verifyMedium(medium.id, channel),
      (health) => (this.health = health),
      medium.segments,
    );
  }

  /** Forgets everything that was done and begins anew. */
  async reset(): Promise<void> {
    await this.#tried(() => this.#commands.guideReset());
    this.sealed = undefined;
    this.health = undefined;
    this.isUnverified = false;
    this.documents = [];
    await this.#reread();
  }

  /** Reads again, unless there is something to read out first. */
  async #reread(): Promise<void> {
    if (!this.refusal) await this.read();
  }

  /** Starts a job and waits until it is done or has failed. */
  async #watched<T>(
    work: "seal" | "verify",
    start: (channel: ReturnType<typeof listen<JobEvent<T>>>) => Promise<number>,
    keep: (result: T) => void,
    segments = 0,
  ): Promise<void> {
    this.work = work;
    const ticks = new Ticks(segments);
    this.ticks = ticks;
    await this.#tried(
      () =>
        new Promise<void>((done, fail) => {
          const channel = this.#listen<JobEvent<T>>((event) => {
            if (event.is === "tick") ticks.hear(event.tick);
            if (event.is === "failed") fail(event.refusal);
            if (event.is === "done") {
              keep(event.result);
              done();
            }
          });
          start(channel).catch(fail);
        }),
    );
    this.work = undefined;
    await this.#reread();
  }

  async #tried(act: () => Promise<unknown>): Promise<boolean> {
    this.refusal = undefined;
    try {
      await act();
      return true;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return false;
    }
  }
}
