/** The answers of the invented program. */

import type { Health, JobEvent, Refusal, RestoreOrder, Theme } from "../../ipc/call";
import { sayOn, type Answers } from "./border";
import * as vault from "./vault";

/** Segments per tick, and how long a tick takes. */
const STRIDE = 40;
const TICK_MS = 60;

/** The answers, as the address asks for them. */
export function answers(asked: URLSearchParams): Answers {
  const isEmpty = asked.get("vault") === "empty";
  const of = <T>(list: T[]): T[] => (isEmpty ? [] : list);
  const isDrill = asked.get("environment") === "drill";
  return {
    settings: () => ({
      settings: { theme: (asked.get("theme") ?? "system") as Theme },
      dataFolder: "/home/operator/.local/share/strongroom",
    }),
    save_settings: () => null,
    status: () =>
      isDrill ? { ...vault.status, which: "drill", environment: "drill" } : vault.status,
    about: () => vault.about,
    keys: () => of(vault.keys),
    people: () => of(vault.people),
    archives: () => of(vault.archives),
    documents: () => of(vault.documents),
    kept_media: () => of(vault.kept),
    interrupted: () => [],
    is_interrupted_in: () => false,
    choose_archive: () => vault.media[0] ?? null,
    choose_folder: () => ({ id: 9, folder: "/srv/restored/finance-2026-10" }),
    estimate_restore: () => ({
      range: { shortestS: 2400, longestS: 4500 },
      words: "40 min to 2 h, if nothing fails",
      because: [
        "reading 92000 MiB of UDF: 40 min to 62 min, by 3 earlier restores with such media",
      ],
    }),
    look_at: ({ medium }) => vault.media.find(({ id }) => id === medium) ?? refuse(noMedium),
    contents: () => null,
    begin_restore: ({ order }) =>
      (order as RestoreOrder).approvers.includes("Lena Weiss") ? refuse(noShare) : null,
    log_page: ({ query, start, length }) => page(of(vault.entries), String(query), [start, length]),
    log_verify: () => ({
      ...vault.head,
      verdict: asked.get("verdict") ?? "freshnessUnknown",
      holds: asked.get("verdict") !== "rollback",
      entries: of(vault.entries).length,
      openIntents: isEmpty ? 0 : 1,
    }),
    ...jobs(),
  };
}

const noMedium: Refusal = {
  code: "SR-SHELL-NO-MEDIUM",
  problem: "this folder is not on the desk",
  remedy: "Choose it again.",
};
const noShare: Refusal = {
  code: "SR-APPROVAL-NO-SHARE",
  problem: "Lena Weiss holds no share of this key",
  remedy: "Ask a holder of this key's split; strongroom key show lists them.",
};

function refuse(refusal: Refusal): never {
  throw refusal;
}

function page(entries: typeof vault.entries, query: string, [start, length]: unknown[]) {
  const found = entries.filter((entry) => JSON.stringify(entry).includes(query));
  return {
    total: found.length,
    entries: found.slice(Number(start), Number(start) + Number(length)),
  };
}

/** A job that verifies medium 1: two damaged segments, found as they come. */
function jobs(): Answers {
  let rests = false;
  let stops = false;
  const damaged = new Set([411, 412, 1_730]);
  const health: Health = {
    verdict: "damaged",
    damaged: [...damaged].map((segment) => ({
      what: `segment ${segment}`,
      volume: 1,
      offset: segment * 467_000,
      length: 455_120,
      mends: false,
    })),
    missingVolumes: [],
    bytes: 1_131_221_504,
    notes: [],
  };
  return {
    verify_medium: ({ channel }) => {
      rests = stops = false;
      const say = sayOn<JobEvent<Health>>(channel);
      let read = 0;
      const timer = setInterval(() => {
        const stride = rests ? 0 : STRIDE;
        const segments = Array.from({ length: stride }, (_, index) => read + index);
        read += stride;
        const tick = {
          bytes: read * 456_000,
          files: 0,
          elapsedMs: (read / STRIDE) * 150,
          left: null,
          limit: null,
          good: segments.filter((segment) => !damaged.has(segment)),
          mended: [],
          damaged: segments.filter((segment) => damaged.has(segment)),
          phase: "working" as const,
          isResting: rests,
        };
        say({ is: "tick", tick });
        if (stops) say({ is: "failed", refusal: { ...noMedium, code: "SR-ENGINE-CANCELLED" } });
        else if (read >= 2_480) say({ is: "done", result: health });
        else return;
        clearInterval(timer);
      }, TICK_MS);
      return 1;
    },
    rest_job: (given) => void (rests = Boolean(given.rests)),
    stop_job: () => void (stops = true),
  };
}
