import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ROOT } from "../architecture/sources.ts";

interface Outcome {
  code: number | null;
  output: string;
}

function demo(options: string[], env: NodeJS.ProcessEnv = {}): Promise<Outcome> {
  const child = spawn(process.execPath, [join(ROOT, "scripts", "demo.ts"), ...options], {
    env: { ...process.env, PORT: "", ...env },
  });
  let output = "";
  for (const stream of [child.stdout, child.stderr]) {
    stream.on("data", (chunk: Buffer) => {
      output += chunk.toString();
    });
  }
  return new Promise((resolve) => child.once("close", (code) => resolve({ code, output })));
}

const weather = readFileSync(join(ROOT, "examples", "weather.json"), "utf8");

describe("npm run demo", function () {
  this.timeout(60_000);
  let directory = "";

  before(() => {
    directory = mkdtempSync(join(tmpdir(), "assistants-flow-"));
  });

  after(() => rmSync(directory, { recursive: true, force: true }));

  const runFlow = (flow: string) => {
    const file = join(directory, "flow.json");
    writeFileSync(file, flow);
    return demo(["--flow", file]);
  };

  const callsOf = (output: string) =>
    Array.from(output.matchAll(/^step (\d+) {2}call {4}(.*)$/gm), ([, ...call]) => call);

  it("prints three calls, two of them of one step, and an answer with what the functions returned", async () => {
    const { code, output } = await demo([]);
    assert.equal(code, 0, output);
    assert.deepEqual(callsOf(output), [
      ["1", "getUserFavoriteCity({})"],
      ["2", 'getCityNickname({"city":"Atlanta, GA"})'],
      ["2", 'getWeatherAtLocation({"location":"Atlanta, GA"})'],
    ]);
    const answer = output.trim().split("\n").at(-1) ?? "";
    for (const returned of ["Atlanta, GA", "The ATL", "84f"]) assert.ok(answer.includes(returned), answer);
  });

  it("answers with what a changed function returns", async () => {
    const changed = weather.replace('msg.payload = \\"Atlanta, GA\\"', 'msg.payload = \\"Seattle, WA\\"');
    assert.notEqual(changed, weather);
    const { code, output } = await runFlow(changed);
    assert.equal(code, 0, output);
    const answer = output.trim().split("\n").at(-1) ?? "";
    for (const returned of ["Seattle, WA", "The Emerald City", "70f"])
      assert.ok(answer.includes(returned), answer);
  });

  it("works when a function is renamed everywhere", async () => {
    const { code, output } = await runFlow(weather.replaceAll("getCityNickname", "what_people_call_a_city"));
    assert.equal(code, 0, output);
    assert.deepEqual(callsOf(output).at(1), ["2", 'what_people_call_a_city({"city":"Atlanta, GA"})']);
    assert.ok(output.includes("The ATL"));
  });

  it("works when the tool call nodes stand side by side on the port", async () => {
    const flow: { type: string; id: string; wires: string[][] }[] = JSON.parse(weather);
    const tools = flow.filter((node) => node.type === "assistants-tool-call");
    const sideBySide = flow.map((node) => {
      if (node.type === "assistants-run")
        return { ...node, wires: [node.wires[0], tools.map((tool) => tool.id)] };
      if (node.type === "assistants-tool-call") return { ...node, wires: [node.wires[0], []] };
      return node;
    });
    const { code, output } = await runFlow(JSON.stringify(sideBySide));
    assert.equal(code, 0, output);
    assert.equal(callsOf(output).length, 3);
  });

  it("works when the functions return new objects, without msg.toolCall", async () => {
    const { code, output } = await runFlow(
      weather.replaceAll("return msg;", "return { _msgid: msg._msgid, payload: msg.payload };"),
    );
    assert.equal(code, 0, output);
    assert.equal(callsOf(output).length, 3);
  });

  it("asks a question about a file, and prints its answer once", async () => {
    const { code, output } = await runFlow(
      readFileSync(join(ROOT, "examples", "ask-a-document.json"), "utf8"),
    );
    assert.equal(code, 0, output);
    assert.equal(output.match(/442345.*【0:0†codes\.txt】/g)?.length, 1, output);
  });

  it("says which node failed and why, and exits with 1", async () => {
    const broken = weather.replaceAll('"assistant": "assistant"', '"assistant": "nobody"');
    assert.notEqual(broken, weather);
    const { code, output } = await runFlow(broken);
    assert.equal(code, 1);
    assert.match(output, /The node "assistants-run" failed: .*msg\.nobody.*\(assistant_missing\)/);
  });

  it("says that a flow cannot be started without an inject node", async () => {
    const { code, output } = await runFlow("[]");
    assert.equal(code, 1);
    assert.match(output, /no inject node/);
  });

  it("says that nobody would answer in a flow without a run node", async () => {
    const { code, output } = await runFlow('[{ "id": "1", "type": "inject" }]');
    assert.equal(code, 1);
    assert.match(output, /no run node/);
  });

  it("says that a file is not there", async () => {
    const { code, output } = await demo(["--flow", join(directory, "nothing.json")]);
    assert.equal(code, 1);
    assert.match(output, /no such file/);
  });

  it("says in one sentence that its port is in use", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, output } = await demo([], { PORT: port });
    other.close();
    assert.equal(code, 1);
    assert.match(output, new RegExp(`^Port ${port} is in use, `));
  });

  it("refuses a PORT that is none", async () => {
    const { code, output } = await demo([], { PORT: "http" });
    assert.equal(code, 1);
    assert.match(output, /PORT is http; it must be a number/);
  });
});
