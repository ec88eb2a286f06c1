/** The state of a virtual list: what is scrolled to, what is drawn, which row is active. */

import { rowAfter, scrollTo, windowOf, type Window } from "./windowing";

/** A scrolled list; the component binds the measured lengths and draws `window`. */
export class Scroller {
  /** The element that scrolls. */
  element: HTMLElement | undefined = $state();
  /** Its inner height, with the head. */
  innerPx = $state(0);
  /** The height of a head that stays. */
  headPx = $state(0);
  rowPx = $state(0);
  scrollPx = $state(0);
  /** The row that the keys move. */
  active = $state(0);
  readonly #count: () => number;
  readonly window: Window = $derived.by(() => windowOf(this.#viewport()));
  /** The height of what is seen of the rows. */
  readonly stagePx: number = $derived(Math.min(this.innerPx - this.headPx, this.window.totalPx));

  /** `count` says how many rows there are at present. */
  constructor(count: () => number) {
    this.#count = count;
  }

  /** The indices of the rows to draw. */
  get shown(): number[] {
    return Array.from({ length: this.window.length }, (_, index) => this.window.first + index);
  }

  /** Whether the active row is drawn, so that it may be referred to. */
  get isActiveShown(): boolean {
    const { first, length } = this.window;
    return this.active >= first && this.active < first + length;
  }

  /** Takes over where the element is scrolled to. */
  onscroll = (): void => {
    this.scrollPx = this.element?.scrollTop ?? 0;
  };

  /** Makes a row the active one and brings it into view. */
  activate(row: number): void {
    this.active = row;
    const to = scrollTo(row, this.#viewport());
    if (to !== this.scrollPx && this.element) this.element.scrollTop = to;
    this.onscroll();
  }

  /** Moves the active row if `key` is one that moves; whether it was. */
  move(key: string): boolean {
    const pageRows = Math.max(1, Math.floor((this.innerPx - this.headPx) / this.rowPx) - 1);
    const row = rowAfter(key, this.active, this.#count(), pageRows);
    if (row === undefined) return false;
    this.activate(row);
    return true;
  }

  /** Back to the first row, for a new list. */
  rewind(): void {
    this.active = 0;
    if (this.element) this.element.scrollTop = 0;
    this.scrollPx = 0;
  }

  #viewport() {
    return {
      count: this.#count(),
      rowPx: this.rowPx,
      heightPx: this.innerPx - this.headPx,
      scrollPx: this.scrollPx,
    };
  }
}
