import assert from "node:assert/strict";
import catalog from "../../nodes/locales/en-US/config.json" with { type: "json" };
import type { RunningFlow } from "./running-flow.ts";

const CATALOG = "@assistants-flow/node-red-openai-assistants/assistants-config:runtime.";

export interface CaughtError {
  message: string;
  code: unknown;
  cause: unknown;
}

/** Whether the catalog has a text for a key such as `error.run_failed`. */
function hasText(key: string): boolean {
  const [group = "", name = ""] = key.split(".");
  const texts: Record<string, Record<string, string>> = catalog.runtime;
  return texts[group]?.[name] !== undefined;
}

function field(error: object, name: string): unknown {
  return Object.getOwnPropertyDescriptor(error, name)?.value;
}

/** What the Catch node passes on next. The runtime of these tests shows texts as keys: each must have its text. */
export async function caughtError(flow: RunningFlow): Promise<CaughtError> {
  const { error } = await flow.inbox("caught").next();
  assert.ok(typeof error === "object" && error !== null);
  // Node-RED writes an error's name in front.
  const message = String(field(error, "message")).replace(/^FlowError: /, "");
  if (message.startsWith(CATALOG)) assert.ok(hasText(message.slice(CATALOG.length)), message);
  return { message, code: field(error, "code"), cause: field(error, "cause") };
}
