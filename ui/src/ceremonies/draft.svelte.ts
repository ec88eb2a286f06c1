/** What is filled in before a ceremony: nothing begins while something is missing or wrong. */

import { refusalOf, type Refusal } from "../ipc/call";
import { Officials, type Say } from "./officials.svelte";

/** The form of a ceremony. */
export abstract class Draft {
  readonly officials = new Officials();
  /** Whether somebody tried to begin: from then on what is wrong is said. */
  wasTried = $state(false);
  refusal: Refusal | undefined = $state.raw();

  /** Says what is wrong with what is written. */
  protected abstract judge(say: Say): void;

  /** Asks the program to begin. */
  protected abstract send(): Promise<unknown>;

  /** What is wrong, by the name of the field. */
  get wrong(): Readonly<Record<string, string>> {
    const wrong: Record<string, string> = {};
    this.judge((field, sentence) => {
      if (sentence) wrong[field] = sentence;
    });
    return wrong;
  }

  /** What is said to be wrong so far. */
  get told(): Readonly<Record<string, string>> {
    return this.wasTried ? this.wrong : {};
  }

  /** Begins the ceremony, if nothing is wrong; tells whether it began. */
  async begin(): Promise<boolean> {
    this.wasTried = true;
    this.refusal = undefined;
    if (Object.keys(this.wrong).length > 0) return false;
    return (await this.asked(() => this.send())) !== undefined;
  }

  /** What the program answers; nothing if it refuses, and then it is said why. */
  protected async asked<T>(ask: () => Promise<T>): Promise<{ answer: T } | undefined> {
    try {
      return { answer: await ask() };
    } catch (thrown) {
      this.refusal = refusalOf(thrown);
      return undefined;
    }
  }
}
