/** What the ticks of a job add up to: the map of segments, the rate over time, how far it is. */

import type { JobPhase, Tick } from "../ipc/call";
import type { Sample } from "../pictures/rates";
import { codeOf } from "../pictures/segments";

/** More samples than a picture can show are thinned to half. */
const MOST_SAMPLES = 2_000;

/** A phase of a job, in seconds since it began. */
export interface PhaseSpan {
  readonly phase: JobPhase;
  readonly fromS: number;
  /** Nothing while it lasts. */
  readonly untilS?: number;
}

/** The ticks of one job so far. */
export class Ticks {
  /** The code of each segment's state, for the map; written into, see `revision`. */
  states: Uint8Array = $state.raw(new Uint8Array());
  /** Raised when `states` was written into. */
  revision = $state(0);
  /** The newest tick. */
  last: Tick | undefined = $state.raw();
  samples: readonly Sample[] = $state.raw([]);
  phases: readonly PhaseSpan[] = $state.raw([]);

  /** `segments` is how many there are, as far as that is known. */
  constructor(segments = 0) {
    this.expect(segments);
  }

  /** Makes room for so many segments; those that were read stay read. */
  expect(segments: number): void {
    if (segments <= this.states.length) return;
    const grown = new Uint8Array(segments).fill(codeOf("unread"));
    grown.set(this.states);
    this.states = grown;
  }

  /** Takes a tick in. */
  hear(tick: Tick): void {
    // It was begun again, after it had stopped.
    if (this.last && tick.elapsedMs < this.last.elapsedMs) {
      [this.last, this.samples, this.phases] = [undefined, [], []];
    }
    const numbers = [...tick.good, ...tick.mended, ...tick.damaged];
    this.expect(numbers.reduce((most, number) => Math.max(most, number + 1), 0));
    for (const number of tick.good) this.states[number] = codeOf("good");
    for (const number of tick.damaged) this.states[number] = codeOf("damaged");
    // What was found damaged is told again when the parity mends it.
    for (const number of tick.mended) this.states[number] = codeOf("repaired");
    this.#sample(tick);
    this.#pass(tick);
    this.last = tick;
    this.revision += 1;
  }

  #pass({ phase, elapsedMs }: Tick): void {
    const now = this.phases.at(-1);
    if (now?.phase === phase) return;
    const atS = now ? elapsedMs / 1000 : 0;
    const before = now ? [...this.phases.slice(0, -1), { ...now, untilS: atS }] : [];
    this.phases = [...before, { phase, fromS: atS }];
  }

  #sample(tick: Tick): void {
    const [bytes, elapsedMs] = [this.last?.bytes ?? 0, this.last?.elapsedMs ?? 0];
    const passedMs = tick.elapsedMs - elapsedMs;
    if (passedMs <= 0) return;
    const bytesPerS = (Math.max(0, tick.bytes - bytes) / passedMs) * 1000;
    const samples = [...this.samples, { s: tick.elapsedMs / 1000, bytesPerS }];
    this.samples =
      samples.length > MOST_SAMPLES ? samples.filter((_, place) => place % 2 === 1) : samples;
  }
}
