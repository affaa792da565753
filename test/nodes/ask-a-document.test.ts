/** The example "ask a document", pressed once. */
import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { ROOT } from "../architecture/sources.ts";
import { type FlowNode, inbox } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { type Served, serveModel } from "./served-model.ts";

/** What the inject node of the example puts into its message. */
const PRESSED = {
  payload: "The word 'apple' uses the code 442345, while the word 'banana' uses the code 673457.",
  filename: "codes.txt",
  question: "What is the code of the word apple?",
};

interface Injected {
  props: { p: string; v?: string }[];
  payload: string;
}

/** The nodes between the inject node and the debug nodes, which are inboxes here; with this service. */
async function example(config: string): Promise<{ nodes: FlowNode[]; pressed: object }> {
  const all: FlowNode[] = JSON.parse(await readFile(`${ROOT}/examples/ask-a-document.json`, "utf8"));
  const inject: Injected = JSON.parse(JSON.stringify(all.find(({ type }) => type === "inject")));
  const pressed = Object.fromEntries(inject.props.map(({ p, v }) => [p, v ?? inject.payload]));
  const nodes = all
    .filter(({ type }) => !["tab", "comment", "inject", "catch"].includes(type))
    .map((node) => (node.type === "debug" ? inbox(node.id) : { ...node, z: "tab" }))
    .map((node) => ("config" in node ? { ...node, config } : node));
  return { nodes, pressed };
}

async function press(served: Served | null): Promise<void> {
  const { nodes, pressed } = await example(served ? "service" : "");
  assert.deepEqual(pressed, PRESSED);
  const upload = nodes.find(({ type }) => type === "assistants-upload-file");
  const [answer, sources] = nodes.filter(({ type }) => type === "helper");
  assert.ok(upload && answer && sources);
  await using flow = await runFlow([...(served ? [served.config] : []), ...nodes], {
    credentials: served?.credentials ?? {},
  });
  flow.send(upload.id, pressed);
  const { payload } = await flow.inbox(answer.id).next();
  assert.match(String(payload), /442345.*【0:0†codes\.txt】/);
  const { payload: cited } = await flow.inbox(sources.id).next();
  assert.equal(cited, "【0:0†codes.txt】 is codes.txt");
}

describe("the example that asks a document", function () {
  this.timeout(60_000);

  it("answers from the file and cites it, offline", () => press(null));

  it("answers from the file and cites it, with a server", async () => {
    const { generate } = createRehearsal({ pace: 0 });
    await using served = await serveModel([generate]);
    await press(served);
  });
});
