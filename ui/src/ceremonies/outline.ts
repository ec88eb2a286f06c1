/** From what the program shows of a ceremony to what the components draw. */

import type * as ipc from "../ipc/call";
import { ceremonies } from "../text/ceremonies";
import type { Person, RoomObject, ScriptAct } from "./types";

/** Whether a ceremony that stands so has ended, well or not. */
export function isOver(phase: ipc.Phase): boolean {
  return phase === "closed" || phase === "givenUp";
}

/** The line of the script that is the step of now. */
export function stepNow(view: ipc.View): ipc.Step | undefined {
  return view.acts.flatMap((act) => act.steps).find((step) => step.mark === "current");
}

/** The name that the script gives to the step of now: `prove-token`. */
export function stepName(view: ipc.View): string {
  return stepNow(view)?.key.split("/")[0] ?? "";
}

/** When the first step was done; nothing if none was. */
export function takenSince(view: ipc.View): string | undefined {
  const times = view.acts.flatMap((act) => act.steps).map((step) => step.doneAt ?? "");
  return times.filter(Boolean).sort()[0];
}

/** Whether the restore itself runs now. */
export function isRunning(view: ipc.View): boolean {
  return view.phase === "working" && stepName(view) === "restore";
}

/** The acts; a person with two roles may be named twice in one, so the place makes keys unique. */
export function actsOf(view: ipc.View): ScriptAct[] {
  return view.acts.map((act) => ({
    title: act.title,
    steps: act.steps.map((step, place) => ({
      ...step,
      key: `${place} ${step.key}`,
      subject: step.subject ?? undefined,
      doneAt: step.doneAt ?? undefined,
      mark: isOver(view.phase) && step.mark === "current" ? "next" : step.mark,
    })),
  }));
}

/** The people, each once, with all roles they have. */
export function peopleOf(view: ipc.View): Person[] {
  const people = new Map<string, Person>();
  for (const { name, role, isHere, token, isTokenIn } of view.people) {
    const before = people.get(name);
    const named = ceremonies.roles[role] ?? role;
    people.set(name, {
      name,
      role: before ? ceremonies.bothRoles(before.role, named) : named,
      isHere: isHere || (before?.isHere ?? false),
      token: token ?? before?.token,
      isTokenIn: isTokenIn || (before?.isTokenIn ?? false),
    });
  }
  return [...people.values()];
}

/** The objects with names that begin like sentences. */
export function objectsOf(view: ipc.View): RoomObject[] {
  return view.objects.map((object) => ({
    ...object,
    name: capital(object.name),
    place: object.place ?? undefined,
  }));
}

/** The groups of the quorum, for the rings. */
export function ringsOf(view: ipc.View): ipc.Ring[] {
  return view.rings.map((ring) => ({ ...ring, name: capital(ring.name) }));
}

function capital(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
