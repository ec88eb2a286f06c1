/**
 * The whole page over an invented vault: `npx vite`, then `/screens.html#/keys`.
 * No build contains it; vite.config.ts refuses one that would.
 * `?theme=` and `?vault=empty` choose what is shown.
 */

import "../../fonts.css";
import "../../tokens.css";
import "../../base.css";

import { mount } from "svelte";

import App from "../../App.svelte";
import { answers } from "./answers";
import { answerWith } from "./border";

answerWith(answers(new URLSearchParams(location.search)));
const page = document.getElementById("page");
if (page) mount(App, { target: page });
