/** Verifying a medium without a key: a job that goes on while its page is not looked at. */

import {
  commands,
  listen,
  refusalOf,
  type Health,
  type JobEvent,
  type Medium,
  type Refusal,
  type Tick,
} from "../ipc/call";
import { codeOf } from "../pictures/segments";

/** Where a verification stands. */
export type VerificationPhase =
  "ready" | "running" | "resting" | "stopping" | "stopped" | "done" | "failed";

/** What a verification needs of the program. */
export interface VerificationBorder {
  verify(medium: number, hear: (event: JobEvent<Health>) => void): Promise<number>;
  rest(job: number, rests: boolean): Promise<unknown>;
  stop(job: number): Promise<unknown>;
}

const program: VerificationBorder = {
  verify: (medium, hear) => commands.verifyMedium(medium, listen(hear)),
  rest: (job, rests) => commands.restJob(job, rests),
  stop: (job) => commands.stopJob(job),
};

/** A job that was asked to stop fails with this code. */
const STOPPED = "SR-ENGINE-CANCELLED";

/** The verification of one medium. */
export class Verification {
  phase: VerificationPhase = $state("ready");
  /** The code of each segment's state, as a segment map wants them. */
  states: Uint8Array = $state.raw(new Uint8Array());
  /** Raised whenever `states` was written into. */
  revision = $state(0);
  tick: Tick | undefined = $state.raw();
  health: Health | undefined = $state.raw();
  refusal: Refusal | undefined = $state.raw();
  readonly #border: VerificationBorder;
  #job: Promise<number> | undefined;

  constructor(border: VerificationBorder = program) {
    this.#border = border;
  }

  /** Whether the job is under way, resting or not. */
  get isUnderWay(): boolean {
    return ["running", "resting", "stopping"].includes(this.phase);
  }

  /** How many segments were read. */
  get read(): number {
    const unread = codeOf("unread");
    return this.revision >= 0 ? this.states.reduce((n, code) => n + Number(code !== unread), 0) : 0;
  }

  /** Begins, or begins anew. */
  async start(medium: Medium): Promise<void> {
    if (this.isUnderWay) return;
    this.phase = "running";
    this.states = new Uint8Array(medium.segments);
    this.revision += 1;
    this.tick = this.health = this.refusal = undefined;
    try {
      this.#job = this.#border.verify(medium.id, (event) => this.#hear(event));
      await this.#job;
    } catch (thrown) {
      this.#fail(refusalOf(thrown));
    }
  }

  /** Lets the job rest, or go on. */
  async rest(rests: boolean): Promise<void> {
    if (this.phase !== "running" && this.phase !== "resting") return;
    await this.#ask((job) => this.#border.rest(job, rests));
  }

  /** Asks the job to stop. */
  async stop(): Promise<void> {
    if (!this.isUnderWay) return;
    this.phase = "stopping";
    await this.#ask((job) => this.#border.stop(job));
  }

  async #ask(question: (job: number) => Promise<unknown>): Promise<void> {
    try {
      if (this.#job) await question(await this.#job);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  #hear(event: JobEvent<Health>): void {
    if (event.is === "tick") this.#follow(event.tick);
    if (event.is === "failed") this.#fail(event.refusal);
    if (event.is === "done") {
      // What was never read although all was read lies on a volume that is not here.
      if (event.result.missingVolumes.length > 0) this.#turn("unread", "missing");
      this.health = event.result;
      this.phase = "done";
    }
  }

  #follow(tick: Tick): void {
    this.tick = tick;
    for (const segment of tick.good) this.states[segment] = codeOf("good");
    for (const segment of tick.damaged) this.states[segment] = codeOf("damaged");
    // What was found damaged is told again when the parity mends it.
    for (const segment of tick.mended) this.states[segment] = codeOf("repaired");
    this.revision += 1;
    if (this.phase !== "stopping") this.phase = tick.isResting ? "resting" : "running";
  }

  #fail(refusal: Refusal): void {
    const isWanted = this.phase === "stopping" && refusal.code === STOPPED;
    this.phase = isWanted ? "stopped" : "failed";
    if (!isWanted) this.refusal = refusal;
  }

  #turn(from: "unread", to: "missing"): void {
    const [before, after] = [codeOf(from), codeOf(to)];
    this.states.forEach((code, segment) => {
      if (code === before) this.states[segment] = after;
    });
    this.revision += 1;
  }
}
