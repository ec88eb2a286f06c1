import { Messages } from "../parts/messages.svelte";

/** The messages of the gallery, for the frame that shows them and the buttons that say them. */
export const messages = new Messages();
