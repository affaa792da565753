/**
 * Puts modules of the tests in the place of two of the built package, so that a config node's built-in service
 * runs as it is, with a model that is scripted and with somebody who watches. Must be imported first.
 */
import { registerHooks } from "node:module";

const dist = new URL("../../../../dist/", import.meta.url);

const replaced = new Map([
  ["src/models/rehearsal/rehearsal.js", "./scripted-rehearsal.ts"],
  ["src/service/service.js", "./observed-service.ts"],
]);
const replacements = new Map(
  [...replaced].map(([path, ours]) => [new URL(path, dist).href, new URL(ours, import.meta.url).href]),
);

registerHooks({
  resolve(specifier, context, next) {
    const resolved = next(specifier, context);
    const replacement = replacements.get(resolved.url);
    // The replacement itself may import what it stands for.
    if (replacement === undefined || context.parentURL === replacement) return resolved;
    return next(replacement, context);
  },
});
