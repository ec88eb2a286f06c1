/** Where the person is: a place and what follows it, kept in the part of the address after `#`. */

/** The places of the program, in the order of the navigation. */
export const PLACES = [
  "home",
  "ceremonies",
  "restore",
  "drills",
  "keys",
  "archives",
  "people",
  "log",
  "settings",
  "about",
] as const;

/** The name of a place. */
export type Place = (typeof PLACES)[number];

/** A place and what is looked at there: `keys`, `["production/3"]`. */
export interface Route {
  readonly place: Place;
  readonly rest: readonly string[];
}

/** Reads an address such as `#/keys/production%2F3`; what is no place leads home. */
export function routeOf(hash: string): Route {
  const [name = "", ...rest] = hash.replace(/^#?\/?/, "").split("/");
  const place = PLACES.find((place) => place === name);
  if (!place) return { place: "home", rest: [] };
  return { place, rest: rest.filter(Boolean).map(decoded) };
}

/** The address of a place, for links. */
export function href(place: Place, ...rest: readonly string[]): string {
  return ["#", place, ...rest.map(encodeURIComponent)].join("/");
}

/** The route of a window; it changes when the address does. */
export class Router {
  current: Route = $state.raw({ place: "home", rest: [] });
  readonly #window: Window;

  constructor(window: Window) {
    this.#window = window;
    this.#read();
    window.addEventListener("hashchange", this.#read);
  }

  /** Goes to a place; the way back is kept. */
  go(place: Place, ...rest: readonly string[]): void {
    this.#window.location.hash = href(place, ...rest);
  }

  /** Listens no longer. */
  stop(): void {
    this.#window.removeEventListener("hashchange", this.#read);
  }

  readonly #read = (): void => {
    this.current = routeOf(this.#window.location.hash);
  };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    // A lone % is no escape; a person may have typed it.
    return part;
  }
}
