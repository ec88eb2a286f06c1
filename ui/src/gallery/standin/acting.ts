/** A ceremony that nobody conducts: it follows a script and waits where a real one would. */

import type { Outcome, Phase, Reply, Tick, Update, View } from "../../ipc/call";
import { drillKey, medium, plan } from "./facts";
import type { Line, Script } from "./scripts";
import { ticking } from "./ticking";

const PAUSE_MS = 900;
const BEGAN = Date.UTC(2026, 10, 24, 14, 30);

/** The ceremony on the stand-in's stage. */
export class Acting {
  view: View;
  readonly #script: Script;
  readonly #onclosed: () => void;
  #watchers: { onmessage: (update: Update) => void }[] = [];
  #taken = 0;
  #queue: ("entering" | "touch" | "run")[] = [];

  constructor(name: string, environment: string, script: Script, onclosed: () => void) {
    this.#script = script;
    this.#onclosed = onclosed;
    this.view = {
      script: name,
      title: script.title,
      environment,
      phase: "deciding",
      isLeaving: false,
      waitsFor: null,
      acts: [],
      step: null,
      people: script.people,
      rings: script.groups,
      ringsNeeded: script.groups.length,
      goesOnWithout: false,
      facts: [],
      objects: script.objects,
      exceptions: [],
      problem: null,
      plan: name === "restore" ? plan : null,
      drive: null,
      survey: null,
      fingerprint: null,
      sheet: null,
      outcome: null,
    };
    this.#enter("deciding");
  }

  get isOver(): boolean {
    return this.view.phase === "closed" || this.view.phase === "givenUp";
  }

  watch(watcher: { onmessage: (update: Update) => void }): void {
    this.#watchers.push(watcher);
    watcher.onmessage({ is: "view", view: this.view });
    if (this.#line?.id === "restore" && this.view.phase === "working") this.#restore();
  }

  /** Takes steps as if people had. */
  skip(steps: number): void {
    for (let step = 0; step < steps && !this.isOver; step += 1) this.#take();
  }

  /** Stands in a phase, to be looked at. */
  show(phase: string): void {
    if (phase === "failed" || phase === "givenUp") {
      this.view.problem = {
        code: phase === "failed" ? "SR-ROOM-CANCELLED" : "SR-ROOM-GIVEN-UP",
        problem:
          phase === "failed"
            ? "the question was cancelled"
            : "the ceremony was given up: a token is at home",
        remedy:
          phase === "failed"
            ? "Try the step again, or give the ceremony up."
            : "Destroy what the minutes call void, and begin again.",
      };
    }
    this.#enter(phase as Phase, this.#line?.subject ?? null);
    if (phase === "givenUp") this.view.step = null;
  }

  /** Hears what people decided. */
  hear(reply: Reply): void {
    if (reply.is === "token") {
      const people = this.view.people.map((person) =>
        person.name === reply.holder ? { ...person, isTokenIn: reply.isIn } : person,
      );
      this.view = { ...this.view, people };
      this.#enter(this.view.phase, this.view.waitsFor);
      if (this.view.phase === "token" && reply.isIn) this.#next();
    }
    if (reply.is === "again") {
      if (reply.again) this.#enter("deciding");
      else this.show("givenUp");
    }
    if (reply.is !== "decide") return;
    const { decision } = reply;
    if (decision.is === "rest") this.#enter("resting");
    if (decision.is === "giveUp") this.show("givenUp");
    if (decision.is === "goesOn") this.#enter("deciding");
    if (decision.is === "deviation") {
      this.view.exceptions = [...this.view.exceptions, decision.happened];
      this.#enter("working");
      setTimeout(() => this.#enter("deciding"), PAUSE_MS / 3);
    }
    if (decision.is !== "done") return;
    this.#queue = [...(this.#line?.then ?? [])];
    this.#enter("working");
    const holder = this.view.people.find(({ name }) => name === this.#line?.subject);
    if (this.#queue.length > 0 && holder?.token && !holder.isTokenIn)
      this.#enter("token", holder.name);
    else setTimeout(() => this.#next(), PAUSE_MS / 3);
  }

  run(tick: Tick): void {
    for (const { onmessage } of this.#watchers) onmessage({ is: "run", tick });
  }

  get #line(): Line | undefined {
    return this.#script.lines[this.#taken];
  }

  #next(): void {
    const then = this.#queue.shift();
    if (then === "run") {
      this.#restore();
    } else if (then) {
      this.#enter(then, this.#line?.subject ?? null);
      setTimeout(() => this.#next(), PAUSE_MS);
    } else {
      this.#take();
    }
  }

  #restore(): void {
    ticking(medium.segments, true, (tick, isLast) => {
      this.run(tick);
      if (isLast) setTimeout(() => this.#take(), PAUSE_MS);
    });
  }

  #take(): void {
    const line = this.#line;
    const { people, rings, objects } = this.view;
    const isHim = ({ name }: { name: string }) => name === line?.subject;
    const given = line?.id === "accept" || line?.id === "approve";
    this.view = {
      ...this.view,
      people: people.map((person) =>
        line?.id === "check-in" && isHim(person) ? { ...person, isHere: true } : person,
      ),
      rings: rings.map((ring) => ({
        ...ring,
        members: ring.members.map((member) => {
          if (isHim(member) && given) return { ...member, state: "given" };
          if (isHim(member) && line?.id === "check-in") return { ...member, state: "here" };
          return member;
        }),
      })),
      objects: objects.map((object) => {
        if (line?.makes?.includes(object.id)) return { ...object, state: "here" };
        if (line?.ends?.includes(object.id)) return { ...object, state: "gone" };
        return object;
      }),
    };
    this.#taken += 1;
    if (this.#line) this.#enter("deciding");
    else this.#close();
  }

  #close(): void {
    this.view.outcome = this.view.script === "genesis" ? key : restored;
    this.#onclosed();
    this.#enter("closed");
    this.view.step = null;
  }

  #enter(phase: Phase, waitsFor: string | null = null): void {
    const { lines } = this.#script;
    const line = this.#line;
    const acts: View["acts"] = [];
    lines.forEach((each, place) => {
      const step = {
        key: `${each.id}/${each.subject ?? ""}`,
        title: each.title,
        subject: each.subject ?? null,
        timeMinutes: 2,
        mark:
          place < this.#taken
            ? ("done" as const)
            : place === this.#taken
              ? ("current" as const)
              : ("next" as const),
        doneAt: place < this.#taken ? new Date(BEGAN + place * 80_000).toISOString() : null,
      };
      const act = acts.at(-1);
      if (act?.title === each.act) act.steps.push(step);
      else acts.push({ title: each.act, steps: [step] });
    });
    this.view = { ...this.view, phase, waitsFor, acts };
    if (line) {
      this.view.step = {
        act: line.act,
        title: line.title,
        subject: line.subject ?? null,
        actor: line.actor,
        confirmers: line.confirmers ?? [],
        say: line.say ?? null,
        task: line.task,
        why: line.why ?? null,
        isCarriedOut: true,
        asksAgreement: line.id === "sign",
        progress: [this.#taken, lines.length],
      };
    }
    for (const { onmessage } of this.#watchers) onmessage({ is: "view", view: this.view });
  }
}

const key: Outcome = {
  is: "key",
  key: drillKey.name,
  recipient: drillKey.recipient,
  fingerprintWords: drillKey.fingerprintWords,
  fingerprint: drillKey.fingerprint,
  isKept: false,
  minutes: "/home/rita/.local/share/strongroom/drill/vault/documents/minutes-77aa01.pdf",
  void: [],
};

const restored: Outcome = {
  is: "restored",
  report: {
    verdict: "damaged",
    files: 196,
    folders: 4,
    links: 0,
    bytes: 9_412_331,
    damaged: [
      {
        path: "sample/scans/04.bin",
        published: "sample/scans/04.bin.damaged",
        ranges: [{ offset: 131_072, length: 16_384 }],
        cause: "segment 4 does not authenticate",
      },
    ],
    lost: [],
    skipped: [],
    renamed: [],
    kept: 0,
    mended: 0,
    warnings: [],
  },
};
