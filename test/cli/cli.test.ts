import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { KEY, runCli, startService } from "./service-process.ts";

describe("the service's command", () => {
  let directory = "";

  beforeEach(() => {
    directory = mkdtempSync(join(tmpdir(), "assistants-cli-"));
  });

  afterEach(() => rmSync(directory, { recursive: true, force: true }));

  const data = () => join(directory, "data");

  it("serves both dialects on loopback and prints the address of a free port", async () => {
    const service = await startService(data());
    assert.match(service.url, /^http:\/\/127\.0\.0\.1:\d+$/);
    const openai = { authorization: `Bearer ${KEY}`, "openai-beta": "assistants=v2" };
    const answers = await Promise.all([
      fetch(`${service.url}/v1/assistants`, { headers: openai }),
      fetch(`${service.url}/openai/assistants?api-version=2024-05-01-preview`, {
        headers: { "api-key": KEY },
      }),
      fetch(`${service.url}/v1/assistants`),
    ]);
    assert.deepEqual(
      answers.map((answer) => answer.status),
      [200, 200, 401],
    );
    assert.equal(await service.stop(), 0);
  });

  it("says at the start, and to anybody at /health, how many bytes its store takes", async () => {
    const service = await startService(data());
    const health = Object(await (await fetch(`${service.url}/health`)).json());
    await service.stop();
    assert.deepEqual([health.status, Object.keys(health)], ["ok", ["status", "store_bytes"]]);
    assert.ok(health.store_bytes > 4096, String(health.store_bytes));
    assert.ok(
      service
        .log()
        .split("\n")
        .some((line) => /^the store in .* takes \d+ bytes$/.test(line)),
    );
  });

  it("wants a key, and says where it can stand", async () => {
    const { code, stderr } = await runCli(["--data", data()]);
    assert.equal(code, 1);
    assert.match(stderr, /--api-key.*ASSISTANTS_API_KEY.*\(missing_api_key\)/s);
  });

  it("says in one sentence that the port is in use, and lets go of its directory", async () => {
    const other = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => other.once("listening", resolve));
    const address = other.address();
    const port = typeof address === "object" ? String(address?.port) : "";
    const { code, stderr } = await runCli(["--port", port, "--data", data(), "--api-key", "k"]);
    other.close();
    assert.equal(code, 1);
    assert.match(stderr, new RegExp(`^Port ${port} is in use by another program\\..*\\(port_in_use\\)\n$`));
  });

  it("says in one sentence that another process has the directory", async () => {
    const service = await startService(data());
    const { code, stderr } = await runCli(["--port", "0", "--data", data(), "--api-key", "k"]);
    await service.stop();
    assert.equal(code, 1);
    assert.match(stderr, /^The data directory .* is used by another process\..*\(data_directory_in_use\)\n$/);
  });

  it("says in one sentence that the directory cannot be used", async () => {
    writeFileSync(data(), "a file");
    const { code, stderr } = await runCli(["--port", "0", "--data", data(), "--api-key", "k"]);
    assert.equal(code, 1);
    assert.match(stderr, /^The data directory .* cannot be used: .*\(data_directory_unusable\)\n$/);
  });

  for (const [options, sentence] of [
    [["--port", "many"], /--port takes a whole number from 0 to 65535/],
    [["--port", "65536"], /--port takes a whole number from 0 to 65535/],
    [["--pace", "-1"], /--pace/],
    [["--keep-threads-days", "1.5"], /--keep-threads-days takes a whole number from 0 to 36500/],
    [["--keep-runs-days", "-1"], /--keep-runs-days/],
    [["--run-seconds", "soon"], /--run-seconds takes a whole number from 0 to 2592000/],
    [["--unknown"], /'--unknown'/],
  ] as const) {
    it(`refuses ${options.join(" ")}`, async () => {
      const { code, stderr } = await runCli(["--data", data(), "--api-key", "k", ...options]);
      assert.equal(code, 1);
      assert.match(stderr, sentence);
      assert.match(stderr, /\(invalid_option\)/);
    });
  }

  it("ends a run that takes longer than it may", async () => {
    const service = await startService(data(), ["--pace", "60000", "--run-seconds", "1"]);
    const { id: assistant_id } = await service.api.createAssistant({ model: "rehearsal" });
    const thread = { messages: [{ role: "user" as const, content: "Hello" }] };
    const events: string[] = [];
    for await (const { event } of service.api.streamThreadAndRun({ assistant_id, thread }))
      events.push(event);
    await service.stop();
    assert.equal(events.at(-1), "thread.run.expired");
  });

  it("explains its options", async () => {
    const { code, stdout } = await runCli(["--help"]);
    assert.equal(code, 0);
    for (const option of [
      "--data",
      "--api-key",
      "--port",
      "--host",
      "--pace",
      "--keep-threads-days",
      "--run-seconds",
      "--model-base-url",
      "--check",
    ])
      assert.ok(stdout.includes(option));
  });

  it("keeps the key out of what it says", async () => {
    const secret = "a-secret-that-nobody-may-read";
    const { stderr, stdout } = await runCli(["--port", "many", "--data", data(), "--api-key", secret]);
    assert.ok(!`${stdout}${stderr}`.includes(secret));
  });
});
