import "./fonts.css";
import "./tokens.css";
import "./base.css";

import { mount } from "svelte";

import Welcome from "./views/Welcome.svelte";

const page = document.getElementById("page");
if (page) mount(Welcome, { target: page });
