/** What every screen shares: where the person is, the state of machine and vault, messages. */

import { Ceremony } from "../ceremonies/ceremony.svelte";
import { commands, refusalOf, type Refusal, type Status, type Which } from "../ipc/call";
import { Messages } from "../parts/messages.svelte";
import type { Environment, Facts } from "./facts";
import type { Place, Router } from "./route.svelte";
import { wear, type Theme } from "./theme";

/** How often the machine is looked at again; cables are pulled and plugged meanwhile. */
const LOOK_MS = 4_000;

/** The desk of the window. */
export class Desk {
  readonly router: Router;
  readonly messages = new Messages();
  /** The ceremony under way goes on whichever page is looked at. */
  readonly ceremony = new Ceremony();
  /** What was read of machine and vault the last time. */
  #read: Facts | undefined = $state.raw();
  status: Status | undefined = $state.raw();
  /** Which vault the window shows. */
  which: Which = $state("vault");
  /** Why nothing can be shown at all. */
  refusal: Refusal | undefined = $state.raw();
  theme: Theme = $state("system");
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(router: Router) {
    this.router = router;
  }

  /** What the frame shows; nothing until it was read once. Who is here is told by the ceremony. */
  get facts(): Facts | undefined {
    const room = this.ceremony.isUnderWay && this.ceremony.view?.people;
    if (!this.#read || !room) return this.#read;
    const people = room.filter(({ isHere }) => isHere).map(({ name }) => name);
    const tokens = room.flatMap(({ token, isTokenIn }) => (token && isTokenIn ? [token] : []));
    return { ...this.#read, people, tokens };
  }

  /** How many things wait for a person, by place. */
  get waiting(): Partial<Record<Place, number>> {
    return this.ceremony.isUnderWay ? { ceremonies: 1 } : {};
  }

  /** Reads the settings and begins to look at the machine. */
  async start(): Promise<void> {
    const { settings } = await commands.settings();
    this.theme = settings.theme;
    wear(this.theme);
    this.#timer = setInterval(() => void this.look(), LOOK_MS);
    await Promise.all([this.look(), this.ceremony.follow()]);
  }

  /** Looks no longer. */
  stop(): void {
    clearInterval(this.#timer);
    this.router.stop();
  }

  /** Reads the state of machine and vault. */
  async look(): Promise<void> {
    try {
      const status = await commands.status();
      this.refusal = undefined;
      this.status = status;
      this.which = status.which;
      this.#read = factsOf(status);
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
    }
  }

  /** Shows another vault. */
  async show(which: Which): Promise<void> {
    await commands.showVault(which);
    await this.look();
  }

  /** Wears a theme and keeps it. */
  async dress(theme: Theme): Promise<void> {
    this.theme = theme;
    wear(theme);
    await commands.saveSettings({ theme });
  }
}

function factsOf(status: Status): Facts {
  return {
    environment: status.environment as Environment,
    vault: status.vault,
    network: status.network,
    swap: status.swap,
    log: status.log.is === "broken" ? "broken" : { words: status.log.words },
    people: status.people,
    tokens: status.tokens,
  };
}
