/**
 * What a provider's own code interpreter has done. The provider keeps nothing, so the whole item goes back to it in
 * the next round; the SDK writes none, so it travels through it in the place of sealed reasoning.
 */
import type { CodeOutput } from "../../contract/objects.ts";
import type { OwnToolCall } from "../model.ts";
import { type Fields, isRecord, parse } from "./json.ts";
import { packReasoning } from "./opaque-reasoning.ts";

const ITEM = "code_interpreter_call";

/** One use: the call as the run shows it, and what the model wants back. */
export interface CodeRun {
  call: OwnToolCall;
  kept: string;
}

/**
 * @param id the item's
 * @param input what the SDK says of the call: its code and its container
 * @param result what it says of the outputs. Of them only logs are kept, since images are files of the provider
 */
export function codeRun(id: string, input: string, result: unknown): CodeRun {
  const { code, containerId } = parse(input) ?? {};
  const listed = isRecord(result) && Array.isArray(result["outputs"]) ? result["outputs"] : [];
  const sent: Fields[] = listed.filter(isRecord);
  const outputs = sent.flatMap(({ type, logs }): CodeOutput[] =>
    type === "logs" && typeof logs === "string" ? [{ type, logs }] : [],
  );
  const item = { type: ITEM, id, status: "completed", code, container_id: containerId, outputs: sent };
  return {
    call: {
      type: "code_interpreter",
      code_interpreter: { input: typeof code === "string" ? code : "", outputs },
    },
    kept: packReasoning({ id, encrypted: JSON.stringify(item), summaries: [] }),
  };
}

/** A request in which those items are unpacked that travelled as reasoning. What a provider has sealed is no JSON. */
export function withCodeRuns(body: Fields): Fields {
  const { input } = body;
  if (!Array.isArray(input)) return body;
  const unpacked = input.map((item: unknown) => {
    const sealed = isRecord(item) && item["type"] === "reasoning" ? item["encrypted_content"] : null;
    const carried = typeof sealed === "string" ? parse(sealed) : null;
    return carried?.["type"] === ITEM ? carried : item;
  });
  return { ...body, input: unpacked };
}
