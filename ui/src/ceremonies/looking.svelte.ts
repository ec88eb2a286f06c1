/** A look into single files while the quorum is open. */

import { commands, refusalOf, type PreviewShown, type Refusal } from "../ipc/call";

/** A picture as an address: the content policy allows no others, and nothing is written. */
export function addressOf(content: Extract<PreviewShown["content"], { is: "image" }>): string {
  return `data:${content.kind};base64,${content.base64}`;
}

/** What is looked at. */
export class Looking {
  /** The file that was asked for last. */
  path = $state("");
  seen: PreviewShown | undefined = $state.raw();
  isWaiting = $state(false);
  refusal: Refusal | undefined = $state.raw();
  readonly #preview: (path: string) => Promise<PreviewShown>;

  constructor(preview: (path: string) => Promise<PreviewShown> = (path) => commands.preview(path)) {
    this.#preview = preview;
  }

  /** Looks at the file `path`; an answer about another file, which comes later, is not shown. */
  async look(path: string): Promise<void> {
    this.path = path;
    this.seen = this.refusal = undefined;
    this.isWaiting = true;
    try {
      const seen = await this.#preview(path);
      if (this.path === path) this.seen = seen;
    } catch (thrown) {
      if (this.path === path) this.refusal = refusalOf(thrown);
    } finally {
      if (this.path === path) this.isWaiting = false;
    }
  }

  /** Forgets what was seen. */
  close(): void {
    this.path = "";
    this.seen = this.refusal = undefined;
    this.isWaiting = false;
  }
}
