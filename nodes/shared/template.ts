/** Mustache over msg, flow, global and env, as Node-RED's own template node names them; nothing is escaped. */
import mustache from "mustache";
import type { Node, NodeAPI, NodeMessage } from "node-red";
import { flowError } from "./flow-error.ts";
import { readProperty } from "./property.ts";

/** `flow.name`, `global.name`, `env.NAME`, and `flow[store].name` for another context store. */
const ELSEWHERE = /^(?:(flow|global)(?:\[([\w-]+)\])?|(env))\.(.+)$/;

/** Every name that the template mentions, sections and what is in them included. */
function namesIn(tokens: unknown): string[] {
  if (!Array.isArray(tokens)) return [];
  return tokens.flatMap((token: unknown) => {
    if (!Array.isArray(token)) return [];
    const [type, name, , , inner] = token;
    const own = ["name", "&", "#", "^"].includes(String(type)) ? [String(name)] : [];
    return [...own, ...namesIn(inner)];
  });
}

/** Looks names up among what was fetched from the contexts first: those may be slow, and mustache cannot wait. */
class FetchedContext extends mustache.Context {
  readonly #fetched: ReadonlyMap<string, unknown>;

  constructor(view: object, fetched: ReadonlyMap<string, unknown>, parent?: mustache.Context) {
    super(view, parent);
    this.#fetched = fetched;
  }

  override lookup(name: string): unknown {
    const value: unknown = this.#fetched.has(name) ? this.#fetched.get(name) : super.lookup(name);
    return typeof value === "object" && value !== null ? readable(value) : value;
  }

  override push(view: object): mustache.Context {
    return new FetchedContext(view, this.#fetched, this);
  }
}

/** An object or a list that stands in a text by itself is shown as JSON; what is in it is still found. */
function readable(value: object): object {
  if (value instanceof Date || Object.hasOwn(value, "toString")) return value;
  const shown = Array.isArray(value) ? [...value] : { ...value };
  return Object.defineProperty(shown, "toString", { value: () => JSON.stringify(value) });
}

/**
 * Fills in a template that was written in the editor. Values are never rendered again.
 * @param msg what `{{name}}` without a prefix means; an empty object where a node's text may not use the message
 * @throws FlowError `template_invalid`
 */
export async function renderTemplate(
  RED: NodeAPI,
  node: Node,
  template: string,
  msg: NodeMessage,
): Promise<string> {
  if (!template.includes("{{")) return template;
  try {
    const fetched = new Map<string, unknown>();
    for (const name of namesIn(mustache.parse(template))) {
      const [, context, store, env, property = ""] = ELSEWHERE.exec(name) ?? [];
      if (!context && !env) continue;
      const where = store ? `#:(${store})::${property}` : property;
      fetched.set(name, await readProperty(RED, node, where, context ?? "env", msg));
    }
    return mustache.render(template, new FetchedContext(msg, fetched), {}, { escape: String });
  } catch (error) {
    throw flowError(RED, "template_invalid", {
      reason: error instanceof Error ? error.message : String(error),
    });
  }
}
