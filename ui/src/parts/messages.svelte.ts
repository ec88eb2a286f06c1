/** Short messages that come and go. What needs a decision is a Dialog, what failed a Problem. */

import type { Signal } from "./signals";

/** One message. */
export interface Message {
  readonly id: number;
  readonly text: string;
  readonly signal: Signal;
}

/** How long good news stay; anything else stays until it is dismissed. */
const GOOD_NEWS_MS = 6_000;

/** The messages on the screen. */
export class Messages {
  list: readonly Message[] = $state([]);
  #next = 1;

  /** Shows a message. */
  say(text: string, signal: Signal = "good"): void {
    const id = this.#next++;
    this.list = [...this.list, { id, text, signal }];
    if (signal === "good") setTimeout(() => this.dismiss(id), GOOD_NEWS_MS);
  }

  /** Takes a message away. */
  dismiss(id: number): void {
    this.list = this.list.filter((message) => message.id !== id);
  }
}
