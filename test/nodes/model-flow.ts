/** The weather flow of the examples, with the model at a server of the test. */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "../architecture/sources.ts";
import type { Dialect } from "../models/openai/upstream/dialect.ts";
import { catchAll, config, type FlowNode, inbox, TAB } from "./node-fields.ts";

const CREATE = "assistants-create-assistant";

/** What stands in the example between its button and its debug nodes, each node asking this service. */
export function weatherFlow(service: FlowNode): { nodes: FlowNode[]; first: string; run: string } {
  const example: FlowNode[] = JSON.parse(readFileSync(join(ROOT, "examples", "weather.json"), "utf8"));
  const idOf = (type: string) => example.find((node) => node.type === type)?.id ?? "";
  const debug = idOf("debug");
  const nodes = example
    .filter(({ type }) => type.startsWith("assistants-") || type === "function")
    .map((node) => {
      const wires = JSON.parse(JSON.stringify(node["wires"]).replaceAll(debug, "answers"));
      return { ...node, z: TAB, wires, ...("config" in node ? { config: service.id } : {}) };
    });
  const ends = [inbox("answers"), inbox("caught"), catchAll()];
  return { nodes: [service, ...nodes, ...ends], first: idOf(CREATE), run: idOf("assistants-run") };
}

/** A config node for a model at this server. */
export const modelConfig = (dialect: Dialect, url: string, fields: object = {}): FlowNode =>
  config({
    modelProvider: dialect.provider,
    modelBaseUrl: url,
    modelName: "the-model",
    modelWire: "",
    modelReasoning: "off",
    modelContextWindow: "",
    modelStreaming: true,
    ...fields,
  });
