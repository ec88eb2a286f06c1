/** Sentences of a look into single files while the quorum is open. */
export const looking = {
  title: "Look into a file",
  lead:
    "While the archive is open and nothing runs, the room can look whether a file is the right " +
    "one. Nothing is written to a disk. What was looked at stands in the record.",
  open: "Look into files",
  path: "Path of a file",
  pathHint: "As the archive has it. Only what is restored can be seen.",
  list: "Contents of the archive",
  listHint: "Enter or a double click on a file shows it.",
  search: "Search",
  look: "Look at it",
  lacksPath: "Say which file.",
  waiting: "The file is read.",
  of: (path: string) => `What is in ${path}`,
  size: (size: string) => `${size} in all.`,
  cut: "This is its beginning.",
  image: (width: number, height: number) => `Picture, ${width} by ${height} pixels.`,
  other:
    "It is neither a text nor a PNG or JPEG picture of at most 4 MiB. It comes back as it is; " +
    "other programs show it then.",
  close: "Close",
} as const;
