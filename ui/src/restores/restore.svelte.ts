/** The media desk: an archive that lies on it, and the request that is written about it. */

import {
  commands,
  refusalOf,
  type Archive,
  type Estimate,
  type Folder,
  type Interrupted,
  type KeptMedium,
  type Key,
  type Medium,
  type Refusal,
  type RestoreOrder,
} from "../ipc/call";
import { draftOf, emptyDraft, orderOf, type Draft } from "./request";
import { Mending } from "./mending.svelte";
import { Verification } from "./verification.svelte";

/** What the media desk needs of the program. */
export interface RestoreBorder {
  keys(): Promise<Key[]>;
  archives(): Promise<Archive[]>;
  media(): Promise<KeptMedium[]>;
  interrupted(): Promise<Interrupted[]>;
  isInterruptedIn(medium: number, target: number): Promise<boolean>;
  lookAt(medium: number): Promise<Medium>;
  chooseArchive(title: string): Promise<Medium | null>;
  chooseFolder(title: string): Promise<Folder | null>;
  estimateRestore(medium: number, target: number): Promise<Estimate>;
  beginRestore(order: RestoreOrder): Promise<unknown>;
}

const program: RestoreBorder = {
  keys: () => commands.keys(),
  archives: () => commands.archives(),
  media: () => commands.keptMedia(),
  interrupted: () => commands.interrupted(),
  isInterruptedIn: (medium, target) => commands.isInterruptedIn(medium, target),
  lookAt: (medium) => commands.lookAt(medium),
  chooseArchive: (title) => commands.chooseArchive(title),
  chooseFolder: (title) => commands.chooseFolder(title),
  estimateRestore: (medium, target) => commands.estimateRestore(medium, target, null),
  beginRestore: (order) => commands.beginRestore(order),
};

/** What was done with a medium so far. */
class OnDesk {
  readonly verification = new Verification();
  readonly mending = new Mending();
  draft: Draft = $state(emptyDraft());
}

// A job runs on, and a half-written request is not lost, while another page is looked at.
const onDesk = new Map<string, OnDesk>();

/** What was done with `medium` in the vault `which`, also before this page was opened. */
export function whatWasDone(which: string, medium: number): OnDesk {
  const name = `${which}/${medium}`;
  const known = onDesk.get(name) ?? new OnDesk();
  onDesk.set(name, known);
  return known;
}

/** Everything that the media desk shows. */
export class Restore {
  medium: Medium | undefined = $state.raw();
  /** The keys and archives of the vault; nothing until they were read. */
  keys: readonly Key[] | undefined = $state.raw();
  archives: readonly Archive[] | undefined = $state.raw();
  /** The media that the vault keeps. */
  media: readonly KeptMedium[] = $state.raw([]);
  /** The restores that were interrupted. */
  interrupted: readonly Interrupted[] = $state.raw([]);
  /** Why something could not be shown or chosen. */
  refusal: Refusal | undefined = $state.raw();
  /** Why the ceremony did not begin. */
  refused: Refusal | undefined = $state.raw();
  isBeginning = $state(false);
  readonly #border: RestoreBorder;
  #asked: number | undefined;

  constructor(border: RestoreBorder = program) {
    this.#border = border;
  }

  /** Reads what the vault knows. */
  async start(): Promise<void> {
    await this.#try(async () => {
      [this.keys, this.archives, this.media, this.interrupted] = await Promise.all([
        this.#border.keys(),
        this.#border.archives(),
        this.#border.media(),
        this.#border.interrupted(),
      ]);
    });
  }

  /** The media that carry volume `volume` of the archive on the desk, sound ones first. */
  carrying(volume: number): readonly KeptMedium[] {
    const archive = this.medium?.archive;
    const carry = this.media.filter(
      (medium) => medium.archive === archive && medium.volumes.includes(volume),
    );
    const isLost = ({ standing }: KeptMedium) => Number(standing.health === "lost");
    return carry.sort((one, other) => isLost(one) - isLost(other));
  }

  /** Looks at a medium on the desk, or away from the one that was looked at. */
  async lookAt(medium: number | undefined): Promise<void> {
    this.refusal = this.refused = undefined;
    this.#asked = medium;
    if (this.medium?.id !== medium) this.medium = undefined;
    if (medium === undefined) return;
    const seen = await this.#try(() => this.#border.lookAt(medium));
    // A slow answer about one medium must not stand under the address of another.
    if (seen && this.#asked === medium) this.medium = seen;
  }

  /** Lets the person choose an archive; its number, if they did. */
  async choose(title: string): Promise<number | undefined> {
    this.refusal = undefined;
    const chosen = await this.#try(() => this.#border.chooseArchive(title));
    return chosen?.id;
  }

  /** Lets the person choose where the restored data goes. */
  async chooseTarget(title: string, draft: Draft): Promise<void> {
    this.refused = undefined;
    try {
      const chosen = await this.#border.chooseFolder(title);
      if (!chosen) return;
      [draft.target, draft.estimate] = [chosen, undefined];
      draft.wasInterrupted = false;
      if (!this.medium) return;
      [draft.estimate, draft.wasInterrupted] = await Promise.all([
        this.#border.estimateRestore(this.medium.id, chosen.id),
        this.#border.isInterruptedIn(this.medium.id, chosen.id),
      ]);
    } catch (thrown) {
      this.refused = refusalOf(thrown);
    }
  }

  /** Writes the request anew that was interrupted; the number of its archive, if that is here. */
  goOn(which: string, interrupted: Interrupted): number | undefined {
    if (interrupted.medium === null) return undefined;
    whatWasDone(which, interrupted.medium).draft = draftOf(interrupted);
    return interrupted.medium;
  }

  /** The keys of this vault that open the medium and that somebody holds. */
  get openers(): readonly Key[] {
    const names = this.medium?.keys ?? [];
    const held = (this.keys ?? []).filter((key) => key.split !== null);
    // A sealer without a vault does not know the key's name; then every key may be the one.
    return names.length === 0 ? held : held.filter((key) => names.includes(key.name));
  }

  /** Begins the ceremony; whether it began. */
  async begin(draft: Draft): Promise<boolean> {
    const order = this.medium && orderOf(draft, this.medium.id);
    if (!order || this.isBeginning) return false;
    this.isBeginning = true;
    this.refused = undefined;
    try {
      await this.#border.beginRestore(order);
      return true;
    } catch (thrown) {
      this.refused = refusalOf(thrown);
      return false;
    } finally {
      this.isBeginning = false;
    }
  }

  async #try<T>(work: () => Promise<T>): Promise<T | undefined> {
    try {
      return await work();
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return undefined;
    }
  }
}
