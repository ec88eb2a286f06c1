import type { Theme } from "../frame/theme";
import type { Measure, State } from "../ipc/call";

/** Sentences of the settings. */
export const settings = {
  lead: "How the page looks, where everything is kept, and how this machine is.",
  look: "Look at the machine again",
  looked: "The machine was looked at again.",
  appearance: "Appearance",
  theme: "Theme",
  themes: {
    system: { label: "As the machine", meaning: "Light or dark, as the system is set." },
    light: { label: "Light", meaning: "For daylight." },
    dark: { label: "Dark", meaning: "For a dim room." },
    projector: { label: "Projector", meaning: "Large and strong, for a wall three metres away." },
  } satisfies Record<Theme, { label: string; meaning: string }>,
  data: "Data folder",
  dataHint: "Vaults, documents and settings lie here. Back it up as a whole.",
  copyFolder: "Copy the path of the data folder",
  machine: "This machine",
  machineGood: "As it should be",
  machineBad: "Not as it should be",
  machineLead: "For a ceremony or a restore, every line should be good.",
  findings: {
    network: "Network",
    routes: "Routes",
    radios: "Radios",
    swap: "Swap",
    hibernation: "Hibernation",
    clock: "Clock",
  },
  remedy: (remedy: string) => `What to do: ${remedy}`,
} as const;

/** Sentences of the page that says what the program is. */
export const about = {
  lead: "Offline key ceremonies, restores under quorum, and drills.",
  copy: "Copy for a report",
  copied: "Copied.",
  copyFailed: "Not copied. Select the text and copy it by hand.",
  program: "Program",
  version: "Version",
  build: "Built from",
  licence: "Licence",
  licenceText: "MIT or Apache 2.0, as you choose. Both texts come with the program.",
  denies: "What the program denies itself",
  deniesLead: "It asks for these before its first window opens. What is in force, nothing lifts.",
  measures: {
    landlock: {
      title: "No TCP",
      meaning: "The system refuses it every TCP connection, in and out.",
    },
    seccomp: {
      title: "No network sockets",
      meaning: "It can make no socket to anything but programs of this machine.",
    },
    sandbox: {
      title: "A locked page",
      meaning: "The part that shows this page has no files, no network and no other programs.",
    },
    core_dumps: {
      title: "No core dumps",
      meaning: "If it crashes, its memory is not written to a disk.",
    },
    dumpable: {
      title: "Private memory",
      meaning: "Other programs of the same person cannot read its memory.",
    },
  } satisfies Record<keyof State, { title: string; meaning: string }>,
  states: {
    "in-force": "In force",
    refused: "Not granted",
    "left-out": "Left out",
  } satisfies Record<Measure, string>,
  stateMeaning: {
    "in-force": "",
    refused: "This system did not grant it. Use a newer kernel, or another machine.",
    "left-out": "This build is driven by tests. Do not use it for a ceremony.",
  } satisfies Record<Measure, string>,
} as const;
