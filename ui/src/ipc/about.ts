// This folder is the only one that imports the Tauri API.
import { invoke } from "@tauri-apps/api/core";

/** Which program the page is part of. */
export interface About {
  readonly name: string;
  readonly version: string;
  /** The commit it was built from. */
  readonly build: string;
}

export function about(): Promise<About> {
  return invoke<About>("about");
}
