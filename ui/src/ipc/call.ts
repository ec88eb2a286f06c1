/** What a refused command says; the page never matches on its sentences, only on its code. */
import { Channel } from "@tauri-apps/api/core";

import type { Refusal } from "./bindings";

export { commands } from "./bindings";
export type * from "./bindings";

/** The refusal behind whatever a command threw; the border itself refuses with bare texts. */
export function refusalOf(thrown: unknown): Refusal {
  if (typeof thrown === "object" && thrown !== null && "code" in thrown) return thrown as Refusal;
  return { code: "SR-SHELL-REFUSED", problem: String(thrown), remedy: "" };
}

/** A channel that hands everything it hears to `hear`. */
export function listen<T>(hear: (message: T) => void): Channel<T> {
  const channel = new Channel<T>();
  channel.onmessage = hear;
  return channel;
}
