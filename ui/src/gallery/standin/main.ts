/**
 * The whole page in front of a stand-in for the program: `npx vite`, then `/standin.html`.
 * No build contains it. It answers with invented people and acts a ceremony and the guided drill,
 * so that screens can be looked at and walked through in a browser.
 * `?theme=` chooses a theme, `?stage=` a stage of the guided drill, `?steps=` how far a ceremony
 * is.
 */

import "../../fonts.css";
import "../../tokens.css";
import "../../base.css";

import { mount } from "svelte";

import App from "../../App.svelte";
import { answer } from "./answers";

let callbacks = 0;
Object.assign(window, {
  __TAURI_INTERNALS__: {
    transformCallback: () => (callbacks += 1),
    unregisterCallback: () => undefined,
    invoke: (command: string, given: Record<string, unknown>) => answer(command, given),
  },
});

/** Looks for barriers on the page as it stands; for whoever drives the browser. */
async function barriers(): Promise<string[]> {
  const { default: axe } = await import("axe-core");
  const { violations } = await axe.run(document);
  return violations.map(
    ({ id, help, nodes }) => `${id}: ${help}: ${nodes.map((node) => node.html).join(" ")}`,
  );
}
Object.assign(window, { barriers });

const page = document.getElementById("page");
if (page) mount(App, { target: page });
