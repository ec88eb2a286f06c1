/** What the stand-in answers to each command. */

import type {
  Debriefed,
  GenesisOrder,
  Guide,
  GuideStage,
  Health,
  Home,
  JobEvent,
  Refusal,
  Reply,
  SealedSample,
  Status,
  Update,
  Which,
} from "../../ipc/call";
import { drillKey, documents, findings, medium } from "./facts";
import { Acting } from "./acting";
import { FLIPPED, ticking } from "./ticking";
import { genesisScript, restoreScript, TEAM } from "./scripts";

interface Heard<T> {
  onmessage: (message: T) => void;
}

const asked = new URLSearchParams(location.search);
const STAGES: readonly GuideStage[] = ["key", "seal", "damage", "restore", "debrief"];
const WORDS = "topmost istanbul pluto vagabond treadmill pacific brackish dictator";

let which: Which = asked.has("drill") ? "drill" : "vault";
let stage: GuideStage = STAGES.find((name) => name === asked.get("stage")) ?? "key";
let acting: Acting | undefined;

const isFirst = asked.has("first");
const environment = () => (which === "drill" ? "drill" : "production");
const refused = (code: string, problem: string, remedy: string): Refusal => ({
  code,
  problem,
  remedy,
});

/** Begins a ceremony that was asked for in the address. */
function prepare(): void {
  const steps = Number(asked.get("steps"));
  if (asked.get("act") === "genesis") acting = genesis(which);
  if (asked.get("act") === "restore") acting = restore(which);
  acting?.skip(steps);
  if (asked.has("phase")) acting?.show(asked.get("phase") ?? "");
}

function genesis(place: Which, order?: GenesisOrder): Acting {
  const drill = place === "drill";
  return new Acting("genesis", drill ? "drill" : "production", genesisScript(order), () => {
    if (drill && stage === "key") stage = "seal";
  });
}

function restore(place: Which): Acting {
  return new Acting("restore", place === "drill" ? "drill" : "production", restoreScript(), () => {
    if (place === "drill") stage = "debrief";
  });
}

prepare();

/** Answers a command as the program would, or refuses it. */
export async function answer(command: string, given: Record<string, unknown>): Promise<unknown> {
  const act = answers[command];
  if (!act) throw refused("SR-SHELL-REFUSED", `nothing stands in for ${command}`, "");
  return act(given);
}

const answers: Record<string, (given: Record<string, unknown>) => unknown> = {
  settings: () => ({
    settings: { theme: asked.get("theme") ?? "system" },
    dataFolder: "/home/rita/.local/share/strongroom",
  }),
  save_settings: () => null,
  status: (): Status => ({
    which,
    environment: environment(),
    vault: which === "drill" ? "Guided drill" : "Head office",
    network: "off",
    swap: "off",
    log: { is: "holds", words: WORDS },
    people: acting?.view.people.filter((person) => person.isHere).map(({ name }) => name) ?? [],
    tokens: [],
    findings,
  }),
  show_vault: ({ which: other }) => {
    which = other as Which;
    return null;
  },
  home: (): Home => ({
    isFirstStart: isFirst,
    hasCeremony: acting !== undefined && !acting.isOver,
    needs: isFirst
      ? [{ is: "noKey" }]
      : [
          ...(acting && !acting.isOver ? [{ is: "ceremony" } as const] : []),
          { is: "requests", count: 1 },
          { is: "margin", key: "production/3", isReachable: true },
          { is: "openIntents", count: 2 },
        ],
  }),
  keys: () => [drillKey],
  documents: () => documents,
  kept_media: () => [],
  interrupted: () => [],
  is_interrupted_in: () => false,
  archives: () => [
    { ...medium, id: medium.archive, medium: medium.id, bytesIn: 1, bytesOut: 1, key: "drill/1" },
  ],
  look_at: () => medium,
  contents: () => null,
  choose_folder: () => ({ id: 7, folder: "/dev/shm/sheets" }),
  estimate_restore: () => ({
    range: { shortestS: 2400, longestS: 4500 },
    words: "40 min to 2 h, if nothing fails",
    because: ["reading 92000 MiB of UDF: 40 min to 62 min, by 3 earlier restores with such media"],
  }),
  begin_genesis: ({ order }) => {
    acting = genesis(which, order as GenesisOrder);
    return null;
  },
  watch_ceremony: ({ channel }) => {
    if (!acting) throw refused("SR-SHELL-NO-CEREMONY", "no ceremony is under way", "Begin one.");
    acting.watch(channel as Heard<Update>);
    return null;
  },
  reply: ({ reply }) => {
    acting?.hear(reply as Reply);
    return null;
  },
  guide: () => guide(),
  guide_genesis: () => {
    which = "drill";
    acting = genesis(which);
    return null;
  },
  guide_restore: () => {
    which = "drill";
    acting = restore(which);
    return null;
  },
  guide_damage: () => {
    stage = "restore";
    return null;
  },
  guide_reset: () => {
    stage = "key";
    return null;
  },
  guide_seal: ({ channel }) => {
    const { onmessage } = channel as Heard<JobEvent<SealedSample>>;
    ticking(12, false, (tick, isLast) => {
      onmessage({ is: "tick", tick });
      if (!isLast) return;
      stage = "damage";
      const result = { files: 196, bytesIn: 9_412_331, bytesOut: 8_712_094 };
      onmessage({ is: "done", result });
    });
    return 1;
  },
  verify_medium: ({ channel }) => {
    const { onmessage } = channel as Heard<JobEvent<Health>>;
    ticking(medium.segments, true, (tick, isLast) => {
      onmessage({ is: "tick", tick });
      if (isLast) onmessage({ is: "done", result: health });
    });
    return 2;
  },
};

const health: Health = {
  verdict: "damaged",
  damaged: FLIPPED.map((segment) => ({
    what: `segment ${segment}`,
    volume: 1,
    offset: segment * 1_048_576,
    length: 16_384,
    mends: false,
  })),
  missingVolumes: [],
  bytes: 8_712_094,
  notes: [],
};

const debrief: Debriefed = {
  sealed: 196,
  identical: 193,
  named: ["sample/scans/04.bin", "sample/scans/09.bin", "sample/letters/0131.txt"],
  disguised: [],
};

function guide(): Guide {
  const place = STAGES.indexOf(stage);
  return {
    stage,
    team: [...TEAM],
    medium: place > 1 ? medium : null,
    damagedSegments: place > 2 ? FLIPPED : [],
    debrief: place > 3 ? debrief : null,
  };
}
