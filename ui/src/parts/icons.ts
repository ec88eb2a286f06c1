/**
 * The program's own signs, drawn with strokes on a grid of 24.
 * A sign stands beside a word; alone it needs a label.
 */
export const icons = {
  // Places
  home: "M4 11 12 4l8 7M6 9.5V20h12V9.5M10 20v-6h4v6",
  ceremony:
    "M12 8.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7Z" +
    "M12 2a1.4 1.4 0 1 0 .01 0ZM12 19.2a1.4 1.4 0 1 0 .01 0Z" +
    "M3.4 10.6a1.4 1.4 0 1 0 .01 0ZM20.6 10.6a1.4 1.4 0 1 0 .01 0Z",
  restore: "M4 12a8 8 0 1 1 2.6 5.9M4 5v5h5M12 8v4.5l3 2",
  drill: "M12 3a9 9 0 1 0 9 9M12 8a4 4 0 1 0 4 4M12 12l8-8M16 4h4v4",
  key: "M8 11a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM11 12l8.5-8.5M16 7l3 3M13.5 9.5l2 2",
  archive: "M3.5 4.5h17v5h-17zM5 9.5v10h14v-10M10 13.5h4",
  people:
    "M9 4.5a3.5 3.5 0 1 0 0 7 3.5 3.5 0 0 0 0-7ZM2.5 20a6.5 6.5 0 0 1 13 0" +
    "M15.5 5a3.5 3.5 0 0 1 0 6.5M17.5 14.5a6.5 6.5 0 0 1 4 5.5",
  log: "M8 6h12M8 12h12M8 18h12M4 6h.01M4 12h.01M4 18h.01",
  settings: "M4 7h9M17 7h3M4 17h3M11 17h9M15 4.5v5M9 14.5v5",
  about: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 11v5.5M12 7.5h.01",

  // Signals
  good: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM7.5 12.5l3 3 6-6.5",
  caution: "M12 3.5 22 20.5H2ZM12 10v5M12 17.7h.01",
  danger: "M8 3h8l5 5v8l-5 5H8l-5-5V8ZM9 9l6 6M15 9l-6 6",
  missing:
    "M12 3a9 9 0 0 1 3.4.7M18.4 5.6A9 9 0 0 1 20.9 11M20 16a9 9 0 0 1-4 4" +
    "M11 21a9 9 0 0 1-5.4-2.6M3.4 15.4a9 9 0 0 1 .4-7M6.5 5A9 9 0 0 1 8 3.9",
  unread: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM8 12h.01M12 12h.01M16 12h.01",
  repaired: "M14.5 4.2a5 5 0 0 0-5.7 6.5L3.5 16v4.5H8l5.3-5.3a5 5 0 0 0 6.5-5.7L17 12.3l-3.3-3.3Z",
  clock: "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 7v5l3.5 2",

  // Things
  person: "M12 4a4 4 0 1 0 0 8 4 4 0 0 0 0-8ZM4.5 20.5a7.5 7.5 0 0 1 15 0",
  token: "M9 3h6v5H9zM7 8h10v13H7zM12 12.5a1.5 1.5 0 1 0 0 3 1.5 1.5 0 0 0 0-3Z",
  sheet: "M6 3h8l4 4v14H6zM14 3v4h4M9 12h6M9 16h6",
  bag: "M5 8h14v13H5zM9 8V4.5h6V8M8.5 14h7",
  vault: "M4 4h16v15H4zM7 19v2M17 19v2M12 8.5a3 3 0 1 0 0 6 3 3 0 0 0 0-6ZM12 8.5v-1.5M12 16v-1.5",
  medium:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM12 9.5a2.5 2.5 0 1 0 0 5 2.5 2.5 0 0 0 0-5Z" +
    "M6.5 12A5.5 5.5 0 0 1 12 6.5",
  folder: "M3 6h6l2 2.5h10V19H3z",
  file: "M6 3h8l4 4v14H6zM14 3v4h4",
  machine: "M3 5h18v11H3zM8.5 20h7M12 16v4",
  networkOff:
    "M3 9.5a13 13 0 0 1 5-3M21 9.5a13 13 0 0 0-9-3.5M6.5 13a8 8 0 0 1 4-2.2" +
    "M17.5 13a8 8 0 0 0-2-1.4M10 16.5a3 3 0 0 1 4 0M12 19.5h.01M4 3l16 18",
  networkOn: "M3 9.5a13 13 0 0 1 18 0M6.5 13a8 8 0 0 1 11 0M10 16.5a3 3 0 0 1 4 0M12 19.5h.01",
  memory: "M6 6h12v12H6zM9 2.5V6M15 2.5V6M9 18v3.5M15 18v3.5M2.5 9H6M2.5 15H6M18 9h3.5M18 15h3.5",

  // Deeds
  check: "M4.5 12.5l5 5 10-11",
  cross: "M5.5 5.5l13 13M18.5 5.5l-13 13",
  plus: "M12 5v14M5 12h14",
  right: "M9 5l7 7-7 7",
  down: "M5 9l7 7 7-7",
  forward: "M4 12h15M13 6l6 6-6 6",
  search: "M10.5 4a6.5 6.5 0 1 0 0 13 6.5 6.5 0 0 0 0-13ZM15.5 15.5l5 5",
  copy: "M9 8h11v13H9zM15 8V3H4v13h5",
  print: "M7 9V3h10v6M7 17H3.5V9h17v8H17M7 14h10v7H7z",
  pause: "M8 5v14M16 5v14",
  play: "M7 4.5 19 12 7 19.5Z",
  say: "M4 5h16v11h-8l-4.5 4v-4H4z",
  hand:
    "M7 12V6.5a1.5 1.5 0 0 1 3 0V11V4.5a1.5 1.5 0 0 1 3 0V11V5.5a1.5 1.5 0 0 1 3" +
    " 0V12V8.5a1.5 1.5 0 0 1 3 0V15a6.5 6.5 0 0 1-12.3 2.9L4 14.5a1.5 1.5 0 0 1 2.5-1.6Z",
  why:
    "M12 3a9 9 0 1 0 0 18 9 9 0 0 0 0-18ZM9.5 9.5a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.1.9-1.1 1.7" +
    "M12 16.5h.01",
  menu: "M4 6.5h16M4 12h16M4 17.5h16",
} as const;

/** The name of a sign. */
export type IconName = keyof typeof icons;
