/** Sentences of the first screen. */
export const welcome = {
  name: "Strongroom",
  promise: "Keys that no one person holds, archives that open again, and a record of both.",
  window: "The window follows. Everything already works on the command line.",
  terminal: "Use it in a terminal",
  commands: [
    { command: "strongroom init", does: "create a vault" },
    { command: "strongroom ceremony run genesis", does: "make a key with its custodians" },
    { command: "strongroom seal", does: "seal a folder or a stream" },
    { command: "strongroom restore", does: "bring it back under a quorum" },
  ],
  build: (version: string, build: string) => `Version ${version}, build ${build}`,
  notRead: "The program behind this page did not answer.",
} as const;
