import type { Node, NodeAPI, NodeMessage } from "node-red";
import { type Field, readField } from "./fields.ts";
import { flowError } from "./flow-error.ts";
import { isObject } from "./schema-keywords.ts";
import { renderTemplate } from "./template.ts";

/** Whether nothing is written where JSON could be. */
export const isBlankJson = ({ type, value }: Field) => type === "json" && value.trim() === "";

/** What a field holds that takes JSON or names where the value stands. Rejects as `readJson` does. */
export function readJsonField(RED: NodeAPI, node: Node, field: Field, msg: NodeMessage): Promise<unknown> {
  const read = field.type === "json" ? readJson : readField;
  return read(RED, node, field, msg);
}

/**
 * The JSON that was written in the editor. Its texts are templates, filled in after it was parsed: whatever a value
 * has in it, the JSON keeps its shape.
 * @throws FlowError `json_invalid` or `template_invalid`
 */
export async function readJson(
  RED: NodeAPI,
  node: Node,
  { value }: Field,
  msg: NodeMessage,
): Promise<unknown> {
  const render = (text: string) => renderTemplate(RED, node, text, msg);
  try {
    return await renderLeaves(JSON.parse(value), render);
  } catch (error) {
    if (error instanceof SyntaxError) throw flowError(RED, "json_invalid", { reason: error.message });
    throw error;
  }
}

async function renderLeaves(value: unknown, render: (text: string) => Promise<string>): Promise<unknown> {
  if (typeof value === "string") return render(value);
  if (Array.isArray(value)) return Promise.all(value.map((one) => renderLeaves(one, render)));
  if (!isObject(value)) return value;
  const rendered = Object.entries(value).map(async ([name, one]) => [name, await renderLeaves(one, render)]);
  return Object.fromEntries(await Promise.all(rendered));
}
