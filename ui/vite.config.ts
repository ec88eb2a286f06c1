import { svelte } from "@sveltejs/vite-plugin-svelte";
import { defineConfig, type Plugin } from "vite";

/** The gallery has invented people and keys in it; no program may be shipped with them. */
const withoutGallery: Plugin = {
  name: "without-gallery",
  apply: "build",
  generateBundle(_options, bundle) {
    for (const chunk of Object.values(bundle)) {
      const modules = chunk.type === "chunk" ? Object.keys(chunk.modules) : [];
      const found = modules.find((module) => module.includes("/src/gallery/"));
      if (found) this.error(`${chunk.fileName} would contain the gallery: ${found}`);
    }
  },
};

export default defineConfig({
  plugins: [svelte(), withoutGallery],
  build: {
    target: "safari16",
    // The content policy allows no inline data but pictures, so every asset is a file.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
  },
});
