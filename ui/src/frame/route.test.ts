import { expect, test } from "vitest";

import { href, PLACES, Router, routeOf } from "./route.svelte";

/** As much of a window as a router uses. */
class Place extends EventTarget {
  readonly location = { hash: "" };

  visit(hash: string): void {
    this.location.hash = hash;
    this.dispatchEvent(new Event("hashchange"));
  }
}

function routed() {
  const place = new Place();
  return { place, router: new Router(place as unknown as Window) };
}

test.each(PLACES)("the link to %s leads there", (place) => {
  expect(routeOf(href(place))).toEqual({ place, rest: [] });
});

test("what follows a place survives the address", () => {
  const rest = ["production/3", "100 %", "ä#?"];
  expect(routeOf(href("keys", ...rest))).toEqual({ place: "keys", rest });
});

test.each(["", "#", "#/", "#/nowhere", "#page"])("%j is home", (hash) => {
  expect(routeOf(hash)).toEqual({ place: "home", rest: [] });
});

test("a broken escape is taken as it stands", () => {
  expect(routeOf("#/log/50%")).toEqual({ place: "log", rest: ["50%"] });
});

test("the router follows the address until it stops", () => {
  const { place, router } = routed();
  place.visit("#/drills");
  expect(router.current.place).toBe("drills");
  router.stop();
  place.visit("#/log");
  expect(router.current.place).toBe("drills");
});

test("going somewhere writes the address", () => {
  const { place, router } = routed();
  router.go("keys", "production/3");
  expect(place.location.hash).toBe("#/keys/production%2F3");
});
