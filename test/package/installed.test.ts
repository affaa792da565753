import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ROOT } from "../architecture/sources.ts";
import { ollama } from "../models/openai/upstream/chat-dialects.ts";
import { json } from "../models/openai/upstream/dialect.ts";
import { KEY, refuses, startUpstream } from "../models/openai/upstream/upstream.ts";
import { modelConfig } from "../nodes/model-flow.ts";
import { installPacked, PACKAGE, type RunningNodeRed, runNodeRed } from "./installed.ts";

interface NodeSet {
  module: string;
  name: string;
  types: string[];
  enabled: boolean;
  err?: string;
}

describe("the packed package in a real Node-RED", function () {
  this.timeout(180_000);
  let files: string[] = [];
  let running: RunningNodeRed;

  before(async () => {
    const installed = installPacked();
    files = installed.files;
    running = await runNodeRed(installed.userDir);
  });

  after(() => running?.stop());

  it("loads every node without an error", async () => {
    const response = await fetch(`${running.url}/nodes`, { headers: { accept: "application/json" } });
    const sets: NodeSet[] = await response.json();
    const ours = sets.filter((set) => set.module === PACKAGE);
    assert.deepEqual(ours.flatMap((set) => set.types).sort(), [
      "assistants-config",
      "assistants-create-assistant",
      "assistants-message",
      "assistants-run",
      "assistants-thread",
      "assistants-tool-call",
      "assistants-upload-file",
      "assistants-vector-store",
    ]);
    assert.deepEqual(
      ours.filter((set) => set.err !== undefined || !set.enabled),
      [],
    );
  });

  it("answers the weather flow with what its functions return", async () => {
    await fetch(`${running.url}/inject/a551574e7a0b0003`, { method: "POST" });
    const answer = await running.logged("[debug:The answer]");
    for (const output of ["Atlanta, GA", "The ATL", "84f"]) assert.ok(answer.includes(output), answer);
  });

  it("offers its examples in the editor's import dialogue", async () => {
    const response = await fetch(`${running.url}/library/examples/flows/${PACKAGE}/`);
    assert.deepEqual(await response.json(), [
      { fn: "ask-a-document" },
      { fn: "conversation" },
      { fn: "files" },
      { fn: "folder" },
      { fn: "weather" },
    ]);
  });

  it("serves the icon of each node", async () => {
    const names = ["assistant", "message", "run", "thread", "tool-call", "upload-file", "vector-store"];
    for (const name of names) {
      const response = await fetch(`${running.url}/icons/${PACKAGE}/${name}.svg`);
      assert.equal(response.status, 200, name);
      assert.match(await response.text(), /<svg/);
    }
  });

  it("serves the texts of each node", async () => {
    for (const name of [
      "config",
      "create-assistant",
      "message",
      "run",
      "thread",
      "tool-call",
      "upload-file",
      "vector-store",
    ]) {
      const response = await fetch(`${running.url}/locales/${PACKAGE}/assistants-${name}?lng=en-US`);
      assert.notDeepEqual(await response.json(), {}, name);
    }
  });

  it("keeps a model's key in the credentials, and out of the log and of what the editor is told", async () => {
    const quoted = json(401, { error: { message: `Incorrect API key provided: ${KEY}` } });
    await using upstream = await startUpstream(ollama, refuses(quoted));
    const service = { ...modelConfig(ollama, upstream.url), credentials: { modelKey: KEY } };
    const example: object[] = JSON.parse(await readFile(join(ROOT, "examples", "weather.json"), "utf8"));
    const nodes = example.map((node) => ("config" in node ? { ...node, config: service.id } : node));
    const headers = { "content-type": "application/json" };
    const body = JSON.stringify([service, ...nodes]);
    await fetch(`${running.url}/flows`, { method: "POST", headers, body });
    // Flows are started after they were taken.
    while ((await fetch(`${running.url}/inject/a551574e7a0b0003`, { method: "POST" })).status === 404);
    await running.logged("Incorrect API key provided: …");

    const told = async (path: string) => (await fetch(running.url + path)).text();
    const flows = await told("/flows");
    const credentials = await told(`/credentials/assistants-config/${service.id}`);
    assert.ok(flows.includes(upstream.url), "the flows are there");
    assert.deepEqual(JSON.parse(credentials), { has_apiKey: false, has_modelKey: true });
    const exported = await readFile(join(running.userDir, "flows.json"), "utf8");
    for (const [where, text] of Object.entries({ flows, credentials, exported, log: running.log() })) {
      assert.ok(!text.includes(KEY), where);
    }
    assert.equal(upstream.seen[0]?.headers.authorization, `Bearer ${KEY}`);
  });

  it("holds nothing but the compiled package, its examples and its papers", () => {
    const strangers = files.filter(
      (path) => !/^(dist\/|docs\/|examples\/|package\.json$|README|LICENSE|CHANGELOG)/.test(path),
    );
    assert.deepEqual(strangers, []);
  });
});
