/** The values of a node's fields for one message. What the editor shows is what happens. */
import type { Node, NodeAPI, NodeMessage } from "node-red";
import { flowError } from "./flow-error.ts";
import { readProperty } from "./property.ts";
import { renderTemplate } from "./template.ts";

/** What a TypedInput holds. */
export interface Field {
  value: string;
  type: string;
}

/** A typed text is a template; what comes from anywhere else is taken as it is. */
export function readField(RED: NodeAPI, node: Node, field: Field, msg: NodeMessage): Promise<unknown> {
  if (field.type === "str") return renderTemplate(RED, node, field.value, msg);
  return readProperty(RED, node, field.value, field.type, msg);
}

/** The id in a field that holds an object of the API, or its id; undefined when there is none. */
export async function readId(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<string | undefined> {
  const value = await readField(RED, node, field, msg);
  if (typeof value === "string" && value.trim() !== "") return value.trim();
  return idOf(value);
}

/** The id of an object of the API; undefined for anything else. */
export function idOf(value: unknown): string | undefined {
  if (typeof value !== "object" || value === null || !("id" in value)) return undefined;
  return typeof value.id === "string" ? value.id : undefined;
}

/** The id in a field that must have one. */
export async function requireId(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
  missing: `${"thread" | "assistant" | "message" | "run" | "file" | "vector_store"}_missing`,
): Promise<string> {
  const id = await readId(RED, node, field, msg);
  if (id === undefined) throw flowError(RED, missing, { field: `${field.type}.${field.value}` });
  return id;
}
