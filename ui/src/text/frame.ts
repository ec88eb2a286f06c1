import type { Environment, Network, Swap } from "../frame/facts";
import type { Place } from "../frame/route.svelte";

/** Sentences of the frame around every screen. */
export const frame = {
  name: "Strongroom",
  skip: "Skip to the page",
  menu: "Menu",
  navigation: "Places",
  state: "State of this machine and of the room",

  places: {
    home: "Home",
    ceremonies: "Ceremonies",
    restore: "Restore",
    drills: "Drills",
    keys: "Keys",
    archives: "Archives & media",
    people: "People & tokens",
    log: "Log",
    settings: "Settings",
    about: "About",
  } satisfies Record<Place, string>,

  waiting: (count: number) => (count === 1 ? "1 thing waits" : `${count} things wait`),

  environments: {
    production: "Production",
    staging: "Staging",
    development: "Development",
    drill: "Drill",
  } satisfies Record<Environment, string>,

  drill: {
    title: "Drill",
    leave: "Leave the drill",
    meaning: "Everything is real but the keys. Nothing here touches production.",
  },

  network: {
    off: "No network",
    on: "A network is up",
    unknown: "Network not known",
  } satisfies Record<Network, string>,

  swap: {
    off: "Swap is off",
    on: "Swap is on: memory may reach the disk",
    unknown: "Swap not known: memory may reach the disk",
  } satisfies Record<Swap, string>,

  log: {
    head: (words: string) => `Log head: ${words}`,
    none: "Log is empty",
    broken: "Log does not verify",
  },

  people: (count: number) =>
    count === 0 ? "Nobody present" : count === 1 ? "1 person present" : `${count} people present`,
  tokens: (count: number) =>
    count === 0 ? "No token" : count === 1 ? "1 token" : `${count} tokens`,
} as const;
