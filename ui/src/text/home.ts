import type { Severity } from "../home/types";

/** Sentences of the home screen. */
export const home = {
  needs: "What needs a person",
  nothing: "Nothing needs a person",
  nothingDetail: "Keys, media, requests and the log were looked at.",
  severities: {
    now: "Now",
    soon: "Soon",
    note: "Worth knowing",
  } satisfies Record<Severity, string>,
  due: (date: string) => `by ${date}`,
} as const;
