/** The service as a process with a model at a server: what it keeps through a crash, and which keys it never touches. */
import assert from "node:assert/strict";
import { readdir, readFile } from "node:fs/promises";
import { join } from "node:path";
import { json } from "../models/openai/upstream/dialect.ts";
import { dialects } from "../models/openai/upstream/dialects.ts";
import { azure, openai } from "../models/openai/upstream/responses-dialects.ts";
import { refuses, says, startUpstream } from "../models/openai/upstream/upstream.ts";
import { openCalls, startRun, TIME, untilRunEnds, untilRunIs } from "../service/running-service.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { startService } from "./service-process.ts";

const at = (provider: string, url: string) => [
  ...["--model-provider", provider, "--model-base-url", url],
  ...["--model", "the-model"],
];

describe("kill -9 between two rounds of a model that reasons", function () {
  this.timeout(60_000);
  for (const dialect of [openai, azure]) {
    for (const streaming of [[], ["--no-model-streaming"]]) {
      it(`gives ${dialect.name} back what it keeps sealed ${streaming.join()}`, async () => {
        await using directory = await temporaryDirectory();
        const call = { name: "get_time", arguments: "{}" };
        await using upstream = await startUpstream(
          dialect,
          says({ reasoning: "sealed-0123", code: [{ code: "1+1", logs: "2" }], calls: [call] }),
          says({ text: ["It is seven."] }),
        );
        const options = [...at(dialect.provider, upstream.url), "--model-reasoning", "low", ...streaming];
        const environment = { ASSISTANTS_MODEL_KEY: "", OPENAI_API_KEY: "" };
        const first = await startService(directory.path, options, environment);
        const tools = [TIME, { type: "code_interpreter" as const }];
        const started = await startRun(first.api, { model: "rehearsal", tools });
        const waiting = await untilRunIs(first.api, started, "requires_action", "failed");
        await first.kill();

        const second = await startService(directory.path, options, environment);
        const { thread_id, id: run_id } = waiting;
        const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "7" }));
        await second.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
        const ended = await untilRunEnds(second.api, waiting);
        await second.stop();
        assert.equal(ended.status, "completed", ended.last_error?.message);
        const [question, reasoning, code, ...rest] = upstream.seen[1]?.asked.conversation ?? [];
        assert.deepEqual([question, reasoning], ["user: How is the weather?", "reasoning: sealed-0123"]);
        assert.match(code ?? "", /^code: .*"code":"1\+1"/);
        assert.deepEqual(rest, [`call: ${JSON.stringify(call)}`, "tool: 7"]);
      });
    }
  }
});

describe("a key that only the environment has", function () {
  this.timeout(60_000);
  const FOREIGN_KEY = "sk-environment-0123456789";

  for (const dialect of dialects) {
    it(`is found in no request to ${dialect.name}, no log and no file`, async () => {
      await using directory = await temporaryDirectory();
      const wrong = refuses(json(401, { error: { message: "You provided no API key." } }));
      await using upstream = await startUpstream(dialect, says({ text: ["Sunny."] }), wrong);
      const service = await startService(directory.path, [...at(dialect.provider, upstream.url), "--check"], {
        ASSISTANTS_MODEL_KEY: "",
        OPENAI_API_KEY: FOREIGN_KEY,
      });
      const run = await untilRunEnds(service.api, await startRun(service.api, { model: "rehearsal" }));
      assert.match(run.last_error?.message ?? "", /^You provided no API key\./);
      const files = await readdir(directory.path, { recursive: true, withFileTypes: true });
      const contents = await Promise.all(
        files.filter((file) => file.isFile()).map((file) => readFile(join(file.parentPath, file.name))),
      );
      await service.stop();
      assert.ok(contents.some((content) => content.includes("You provided no API key.")));
      assert.ok(contents.every((content) => !content.includes(FOREIGN_KEY)));
      assert.equal(upstream.seen.length, 2);
      assert.ok(!JSON.stringify(upstream.seen).includes(FOREIGN_KEY));
      assert.match(service.log(), /listening on/);
      assert.ok(!service.log().includes(FOREIGN_KEY));
    });
  }
});
