/** From what the program says needs a person to what the home screen shows. */

import { href } from "../frame/route.svelte";
import type * as ipc from "../ipc/call";
import { home } from "../text/home";
import type { Need } from "./types";

/** The needs with their sentences and doors. */
export function needsOf(needs: readonly ipc.Need[]): Need[] {
  return needs.map((need, place) => ({ id: `${place} ${need.is}`, ...said(need) }));
}

function said(need: ipc.Need): Omit<Need, "id"> {
  const text = home.need;
  switch (need.is) {
    case "noKey":
      return {
        severity: "soon",
        title: text.noKey.title,
        detail: text.noKey.detail,
        door: { href: href("ceremonies", "genesis"), label: text.noKey.door },
      };
    case "ceremony":
      return {
        severity: "now",
        title: text.ceremony.title,
        detail: text.ceremony.detail,
        door: { href: href("ceremonies", "now"), label: text.ceremony.door },
      };
    case "interrupted":
      return {
        severity: "now",
        title: text.interrupted.title(need.script),
        detail: text.interrupted.detail(need.script),
        door: { href: href("ceremonies"), label: text.interrupted.door },
      };
    case "unfinished":
      return {
        severity: "now",
        title: text.unfinished.title(need.label),
        detail: text.unfinished.detail(need.target),
        door: { href: href("restore"), label: text.unfinished.door },
      };
    case "requests":
      return {
        severity: "soon",
        title: text.requests.title(need.count),
        detail: text.requests.detail,
        door: { href: href("restore"), label: text.requests.door },
      };
    case "mediaFail":
      return {
        severity: "now",
        title: text.mediaFail.title(need.names.length),
        detail: text.mediaFail.detail(need.names.join(", ")),
        door: { href: href("archives"), label: text.mediaFail.door },
      };
    case "mediaDue":
      return {
        severity: "soon",
        title: text.mediaDue.title(need.count),
        detail: text.mediaDue.detail,
        door: { href: href("archives"), label: text.mediaDue.door },
      };
    case "openIntents":
      return {
        severity: "note",
        title: text.openIntents.title(need.count),
        detail: text.openIntents.detail,
        door: { href: href("log"), label: text.openIntents.door },
      };
    case "log":
      return {
        severity: "now",
        title: text.log.title,
        detail: need.problem,
        door: { href: href("log"), label: text.log.door },
      };
    case "margin":
      return {
        severity: need.isReachable ? "soon" : "now",
        title: need.isReachable ? text.margin.title(need.key) : text.margin.lost(need.key),
        detail: need.isReachable ? text.margin.detail : text.margin.lostDetail,
        door: { href: href("keys", need.key), label: text.margin.door },
      };
    case "proofsDue":
      return {
        severity: "soon",
        title: text.proofsDue.title(need.key, need.count),
        detail: text.proofsDue.detail,
        door: { href: href("ceremonies", "health"), label: text.proofsDue.door },
      };
  }
}
