/** Flows whose answers come from a model at a provider. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { inspect } from "node:util";
import { json } from "../models/openai/upstream/dialect.ts";
import { dialects } from "../models/openai/upstream/dialects.ts";
import { KEY, refuses, says, sends, startUpstream } from "../models/openai/upstream/upstream.ts";
import { caughtError } from "./caught-error.ts";
import { modelConfig, weatherFlow } from "./model-flow.ts";
import { config, inbox, thread } from "./node-fields.ts";
import { runFlow } from "./running-flow.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const favorite = says({ calls: [{ name: "getUserFavoriteCity", arguments: "{}" }] });
const both = says({
  calls: [
    { name: "getCityNickname", arguments: '{"city":"Atlanta, GA"}' },
    { name: "getWeatherAtLocation", arguments: '{"location":"Atlanta, GA"}' },
  ],
});
const answer = says({ text: ["It is 84f ", "in The ATL."] });
const question = { payload: "What's the weather like right now in my favorite city?" };
const credentials = { service: { modelKey: KEY } };

describe("the weather flow", () => {
  for (const dialect of dialects) {
    it(`runs unchanged with ${dialect.name}, chosen by its service alone`, async () => {
      await using directory = await temporaryDirectory();
      await using upstream = await startUpstream(dialect, favorite, both, answer);
      const { nodes, first, run } = weatherFlow(modelConfig(dialect, upstream.url));
      await using flow = await runFlow(nodes, { userDir: directory.path, credentials });
      const statuses = flow.statuses(run);
      flow.send(first, question);
      const msg = await flow.inbox("answers").next();
      assert.equal(msg.payload, "It is 84f in The ATL.");
      const last = upstream.seen.at(-1)?.asked.conversation ?? [];
      assert.deepEqual(last.filter((line) => line.startsWith("tool: ")).sort(), [
        "tool: 84f",
        "tool: Atlanta, GA",
        "tool: The ATL",
      ]);
      assert.match(String(statuses.at(-1)?.text), /status\.answered$/);
    });
  }

  it("runs with a model beside a flow that chose no service", async () => {
    await using directory = await temporaryDirectory();
    const [dialect] = dialects;
    assert.ok(dialect);
    await using upstream = await startUpstream(dialect, favorite, both, answer);
    const { nodes, first } = weatherFlow(modelConfig(dialect, upstream.url));
    const plain = [thread({ id: "plain", config: "", wires: [["plainly"]] }), inbox("plainly")];
    await using flow = await runFlow([...nodes, ...plain], { userDir: directory.path, credentials });
    flow.send("plain", {});
    await flow.inbox("plainly").next();
    flow.send(first, question);
    assert.equal((await flow.inbox("answers").next()).payload, "It is 84f in The ATL.");
  });

  it("is a rehearsal where no model is chosen, and says so", async () => {
    await using directory = await temporaryDirectory();
    const { nodes, first, run } = weatherFlow(config());
    await using flow = await runFlow(nodes, { userDir: directory.path });
    const statuses = flow.statuses(run);
    flow.send(first, question);
    assert.match(String((await flow.inbox("answers").next()).payload), /rehearsal model/);
    assert.match(String(statuses.at(-1)?.text), /status\.rehearsed$/);
  });
});

describe("a model's key", () => {
  const leaky = json(401, {
    error: { message: `Incorrect API key provided: ${KEY}`, code: "invalid_api_key" },
  });

  /** Everything that stands in the files of a directory. */
  async function filesIn(directory: string): Promise<string> {
    const names = await readdir(directory, { recursive: true, withFileTypes: true });
    const files = names.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return (await Promise.all(files.map((file) => readFile(file, "latin1")))).join("\n");
  }

  for (const [title, reply] of [
    ["when all goes well", answer],
    ["when the provider quotes it in its error", refuses(leaky)],
    ["when the provider sends it back in a stream", sends(`data: {"error":{"message":"no ${KEY}"}}\n\n`)],
    ["when a proxy's page shows it", sends(`<html>${KEY}</html>`, "text/html")],
  ] as const) {
    for (const dialect of dialects.slice(0, 3)) {
      it(`shows nowhere ${title}, with ${dialect.name}`, async () => {
        await using directory = await temporaryDirectory();
        await using upstream = await startUpstream(dialect, reply);
        const { nodes, first, run } = weatherFlow(modelConfig(dialect, upstream.url));
        await using flow = await runFlow(nodes, { userDir: directory.path, credentials });
        const statuses = flow.statuses(run);
        flow.send(first, question);
        const outcome = reply === answer ? await flow.inbox("answers").next() : await caughtError(flow);
        const shown = inspect([outcome, statuses, flow.logged().all], { depth: 12 });
        const files = await filesIn(join(directory.path, "assistants"));
        assert.ok(files.includes("Weather bot"), "the database was read");
        for (const [where, text] of Object.entries({ shown, files })) {
          assert.ok(!text.includes(KEY), `the key shows in ${where}`);
        }
        const [header, value] = dialect.key(KEY);
        assert.equal(upstream.seen[0]?.headers[header], value, "the provider got it");
      });
    }
  }
});

describe("a choice of models that cannot be", () => {
  it("is refused where one directory has two", async () => {
    await using directory = await temporaryDirectory();
    const [dialect] = dialects;
    assert.ok(dialect);
    await using upstream = await startUpstream(dialect, answer);
    const together = { dataDirectory: "together" };
    const { nodes, first } = weatherFlow({ ...modelConfig(dialect, upstream.url), ...together });
    const other = nodes.map((node) =>
      node.type === "assistants-thread" ? { ...node, config: "other" } : node,
    );
    await using flow = await runFlow([...other, config({ id: "other", ...together })], {
      userDir: directory.path,
      credentials,
    });
    flow.send(first, question);
    assert.equal((await caughtError(flow)).code, "data_directory_settings_differ");
  });

  it("is refused where the address of the model is no address", async () => {
    await using directory = await temporaryDirectory();
    const [dialect] = dialects.slice(2);
    assert.ok(dialect);
    const { nodes, first } = weatherFlow(modelConfig(dialect, "localhost"));
    await using flow = await runFlow(nodes, { userDir: directory.path, credentials });
    flow.send(first, question);
    assert.equal((await caughtError(flow)).code, "invalid_base_url");
  });
});
