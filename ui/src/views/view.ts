import type { Component } from "svelte";

import type { Desk } from "../frame/desk.svelte";

/** A screen: it composes domains and owns no logic of theirs. */
export type View = Component<{ desk: Desk }>;
