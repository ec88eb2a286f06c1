/**
 * The living page of all parts and pictures: `npx vite`, then `/gallery.html`.
 * No build contains it; vite.config.ts refuses one that would.
 * `?theme=`, `?environment=` and `?section=` choose what is shown.
 */

import "../fonts.css";
import "../tokens.css";
import "../base.css";

import { mount } from "svelte";

import Gallery from "./Gallery.svelte";

const page = document.getElementById("page");
if (page) mount(Gallery, { target: page });
