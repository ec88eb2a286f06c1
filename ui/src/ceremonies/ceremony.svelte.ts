/** The ceremony that is under way, or was the last: looking on, and saying what people decided. */

import {
  commands,
  listen,
  refusalOf,
  type Decided,
  type Document,
  type Medium,
  type Phase,
  type Refusal,
  type Reply,
  type Update,
  type View,
} from "../ipc/call";
import { isOver, takenSince } from "./outline";
import { Ticks } from "./ticks.svelte";

/** What this controller needs of the program; tests give their own. */
export type Program = Pick<
  typeof commands,
  "watchCeremony" | "reply" | "openProjector" | "archives" | "lookAt" | "documents"
>;

/** What a ceremony can be given up from; a failed step asks in its own words. */
const LEFT_FROM: readonly Phase[] = ["deciding", "resting", "token", "entering", "touch"];

/** One ceremony at a time; leaving the page does not end it. */
export class Ceremony {
  /** All there is to see; nothing while no ceremony was begun. */
  view: View | undefined = $state.raw();
  /** Why a reply was not taken, or why nobody can look on. */
  refusal: Refusal | undefined = $state.raw();
  /** What was decided is on its way; nothing else can be decided meanwhile. */
  isSending = $state(false);
  /** How far the restore is. */
  ticks: Ticks = $state.raw(new Ticks());
  /** How much content the archive has, if the vault knows it and all of it is wanted. */
  contentBytes: number | undefined = $state();
  /** The archive that is restored, once it is known. */
  archive: Medium | undefined = $state.raw();
  /** What the ceremony left on paper. */
  documents: readonly Document[] = $state.raw([]);

  readonly #commands: Program;
  readonly #listen: typeof listen;
  #round = 0;
  #sentIn: View["phase"] | undefined;
  #known = "";

  constructor(program: Program = commands, listening: typeof listen = listen) {
    this.#commands = program;
    this.#listen = listening;
  }

  /** Whether one is under way. */
  get isUnderWay(): boolean {
    return this.view !== undefined && !isOver(this.view.phase);
  }

  /** Whether it waits for something that people need not wait for any longer. */
  get canLeave(): boolean {
    const { view } = this;
    if (!view || view.isLeaving) return false;
    // A failed step that is not tried again ends most ceremonies; where it does not, people can.
    return LEFT_FROM.includes(view.phase) || (view.phase === "failed" && view.goesOnWithout);
  }

  /** Looks on at the ceremony on the stage, from what there is to see now. */
  async follow(): Promise<void> {
    const round = ++this.#round;
    this.#forget();
    const channel = this.#listen<Update>((update) => {
      // A window that looks on twice hears everything twice.
      if (round === this.#round) this.#hear(update);
    });
    try {
      await this.#commands.watchCeremony(channel);
    } catch (thrown) {
      const refusal = refusalOf(thrown);
      if (refusal.code === "SR-SHELL-NO-CEREMONY") this.view = undefined;
      else this.refusal = refusal;
    }
  }

  /** Says what was decided about the step of now, or about going on after a rest. */
  async decide(decision: Decided): Promise<void> {
    const phase = this.view?.phase;
    if (phase === "deciding" || phase === "resting") await this.#send({ is: "decide", decision });
  }

  /** Gives the ceremony up, also while it waits for a token, a secret or a touch. */
  async giveUp(reason: string): Promise<void> {
    if (this.canLeave) await this.#send({ is: "decide", decision: { is: "giveUp", reason } });
  }

  /** Says whether the failed step is tried again. */
  async again(again: boolean): Promise<void> {
    if (this.view?.phase === "failed") await this.#send({ is: "again", again });
  }

  /** Says that a drill's token was put in or taken out. */
  async token(holder: string, isIn: boolean): Promise<void> {
    await this.#tell({ is: "token", holder, isIn });
  }

  /** Opens the window that the room looks at. */
  async openProjector(): Promise<void> {
    try {
      await this.#commands.openProjector();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  /** Lets the restore rest at its next safe point, or go on. */
  async rest(rests: boolean): Promise<void> {
    await this.#tell({ is: "rest", rests });
  }

  /** Has the restore stop at its next safe point; it can be tried again, and goes on then. */
  async stop(): Promise<void> {
    await this.#tell({ is: "stop" });
  }

  /** A reply that may be said once only: a second one would be taken for the next step's. */
  async #send(reply: Reply): Promise<void> {
    if (this.isSending) return;
    this.isSending = true;
    this.#sentIn = this.view?.phase;
    if (!(await this.#tell(reply))) this.isSending = false;
  }

  async #tell(reply: Reply): Promise<boolean> {
    try {
      await this.#commands.reply(reply);
      this.refusal = undefined;
      return true;
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return false;
    }
  }

  #forget(): void {
    this.ticks = new Ticks();
    this.contentBytes = undefined;
    this.archive = undefined;
    this.documents = [];
    this.refusal = undefined;
    this.isSending = false;
    this.#known = "";
  }

  #hear(update: Update): void {
    if (update.is === "run") {
      this.ticks.hear(update.tick);
      return;
    }
    const { view } = update;
    this.view = view;
    // A token that came or went changes the view too, but answers nothing.
    if (view.phase !== this.#sentIn || view.phase === "failed") this.isSending = false;
    void this.#learn(view);
  }

  /** Asks for what the view only names: the archive, the documents. */
  async #learn(view: View): Promise<void> {
    const wanted = isOver(view.phase)
      ? "documents"
      : view.plan
        ? `archive ${view.plan.archive}`
        : "";
    if (wanted === this.#known) return;
    this.#known = wanted;
    try {
      if (wanted === "documents") this.documents = await this.#documentsOf(view);
      else if (wanted) await this.#measure(view);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  async #documentsOf(view: View): Promise<readonly Document[]> {
    const since = takenSince(view);
    if (since === undefined) return [];
    return (await this.#commands.documents()).filter(({ created }) => created >= since);
  }

  async #measure(view: View): Promise<void> {
    const number = view.drive ?? (await this.#kept(view));
    if (number === null) return;
    const medium = await this.#commands.lookAt(number);
    this.archive = medium;
    this.ticks.expect(medium.segments);
    if (view.plan?.selection.length === 0) this.contentBytes = medium.contentBytes;
  }

  /** The number of the archive's folder, where the vault knows it and it is here. */
  async #kept(view: View): Promise<number | null> {
    const known = (await this.#commands.archives()).find(({ id }) => id === view.plan?.archive);
    return known?.medium ?? null;
  }
}
