/** The border without a program behind it: commands are answered by functions of the page. */

/** What a command was given. */
export type Given = Record<string, unknown>;
/** The answers of an invented program, by the name of the command. */
export type Answers = Readonly<Record<string, (given: Given) => unknown>>;

interface Internals {
  invoke(command: string, given?: Given): Promise<unknown>;
  transformCallback(callback: (message: unknown) => void): number;
  unregisterCallback(id: number): void;
}

const callbacks = new Map<number, (message: unknown) => void>();

/** Answers every command with `answers` from now on. */
export function answerWith(answers: Answers): void {
  const internals: Internals = {
    async invoke(command, given = {}) {
      const answer = answers[command];
      if (!answer) throw `the gallery does not answer ${command}`;
      return answer(given);
    },
    transformCallback(callback) {
      const id = callbacks.size + 1;
      callbacks.set(id, callback);
      return id;
    },
    unregisterCallback: (id) => void callbacks.delete(id),
  };
  Object.assign(window, { __TAURI_INTERNALS__: internals });
}

/** Says something on the channel that a command was given. */
export function sayOn<T>(channel: unknown): (message: T) => void {
  const callback = callbacks.get((channel as { id: number }).id);
  let index = 0;
  return (message) => callback?.({ index: index++, message });
}
