// Makes `provider.wasm` of `provider.js`: the JavaScript engine and the sources in one component.
import { componentize } from "@bytecodealliance/componentize-js";
import { writeFile } from "node:fs/promises";

const { component } = await componentize({
  sourcePath: "provider.js",
  witPath: "wit",
  worldName: "provider",
  // What the engine would import for these, a host refuses: `fetch` wants `wasi:http`, `console` wants `wasi:filesystem`.
  // A provider asks over `countersign:provider/http`, and speaks through `countersign:provider/log`.
  disableFeatures: ["http", "fetch-event", "stdio"],
});
await writeFile("provider.wasm", component);
console.log(`provider.wasm, ${(component.length / 1e6).toFixed(1)} MB`);
