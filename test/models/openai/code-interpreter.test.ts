/** The code interpreter with every kind of server: the provider's own where it has one, and nowhere an invented one. */
import assert from "node:assert/strict";
import { openModel } from "../../../src/models/providers.ts";
import {
  freshService,
  messagesOf,
  openCalls,
  startRun,
  stepsOf,
  TIME,
  textsOf,
  untilRunEnds,
  untilRunIs,
} from "../../service/running-service.ts";
import { ask } from "./asking.ts";
import { COUNTED } from "./upstream/dialect.ts";
import { dialects } from "./upstream/dialects.ts";
import { openai } from "./upstream/responses-dialects.ts";
import { says, startUpstream, written } from "./upstream/upstream.ts";

const CODE = { type: "code_interpreter" } as const;
const RUN = { code: 'print("6 * 7 =", 6 * 7)\n', logs: "6 * 7 = 42\n" };
const SHOWN = { input: RUN.code, outputs: [{ type: "logs", logs: RUN.logs }] };

/** A model at a server of this kind that answers like this, behind a service. */
async function serviceWith(...[dialect, answers, fields]: Parameters<typeof ask>) {
  const upstream = await startUpstream(dialect, ...answers);
  const service = await freshService(await openModel(written(upstream.settings(fields))));
  return {
    api: service.api,
    seen: upstream.seen,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

for (const dialect of dialects.filter(({ runsCode }) => runsCode)) {
  for (const streaming of [true, false]) {
    describe(`code that ${dialect.name} runs, ${streaming ? "streamed" : "as a whole"}`, () => {
      const start = (service: Awaited<ReturnType<typeof serviceWith>>) =>
        startRun(service.api, { model: "rehearsal", tools: [CODE, TIME] });

      it("is asked for with its outputs, beside the functions", async () => {
        await using service = await serviceWith(dialect, [says({ text: ["42."] })], { streaming });
        await untilRunEnds(service.api, await start(service));
        const { asked, body } = service.seen[0] ?? assert.fail();
        assert.deepEqual([asked.ownTools, asked.functions.length], [["code_interpreter"], 1]);
        assert.deepEqual(body["include"], ["code_interpreter_call.outputs"]);
        assert.equal(body["store"], false);
        assert.equal(asked.instructions, "");
      });

      it("comes back as a step with its logs, before the answer", async () => {
        const answers = [says({ code: [RUN, RUN], text: ["It is ", "42."] })];
        await using service = await serviceWith(dialect, answers, { streaming });
        const run = await untilRunEnds(service.api, await start(service));
        assert.deepEqual([run.status, run.usage], ["completed", COUNTED], run.last_error?.message);
        const shown = (await stepsOf(service.api, run)).map(({ step_details: details }) =>
          details.type === "tool_calls"
            ? details.tool_calls.map((call) => call.type === "code_interpreter" && call.code_interpreter)
            : details.type,
        );
        assert.deepEqual(shown, [[SHOWN], [SHOWN], "message_creation"]);
        assert.deepEqual(textsOf(await messagesOf(service.api, run)), ["It is 42."]);
      });

      it("goes back whole in the next round, behind the reasoning that led to it", async () => {
        const call = { name: "get_time", arguments: "{}" };
        const answers = [
          says({ reasoning: "sealed", code: [RUN], calls: [call] }),
          says({ text: ["It is 42 o'clock."] }),
        ];
        await using service = await serviceWith(dialect, answers, { streaming, reasoning: "low" });
        const { thread_id, id: run_id } = await start(service);
        const run = { thread_id, id: run_id };
        const waiting = await untilRunIs(service.api, run, "requires_action", "failed");
        const tool_outputs = openCalls(waiting).map((tool_call_id) => ({ tool_call_id, output: "7" }));
        await service.api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
        const ended = await untilRunEnds(service.api, run);
        assert.equal(ended.status, "completed", ended.last_error?.message);
        const [, reasoning, code = "", ...rest] = service.seen[1]?.asked.conversation ?? [];
        assert.equal(reasoning, "reasoning: sealed");
        assert.deepEqual(JSON.parse(code.replace("code: ", "")), {
          type: "code_interpreter_call",
          id: "ci_0",
          status: "completed",
          code: RUN.code,
          container_id: "cntr_67cb",
          outputs: [
            { type: "logs", logs: RUN.logs },
            { type: "image", url: "https://files.example/plot.png" },
          ],
        });
        assert.deepEqual(rest, [`call: ${JSON.stringify(call)}`, "tool: 7"]);
      });

      it("can be demanded", async () => {
        const asked = { own_tools: [CODE.type], tool_choice: CODE };
        const { seen } = await ask(dialect, [says({ code: [RUN] })], { streaming }, asked);
        assert.deepEqual(seen[0]?.body["tool_choice"], CODE);
      });
    });
  }
}

for (const dialect of [...dialects.filter(({ runsCode }) => !runsCode)]) {
  describe(`the code interpreter with ${dialect.name}`, () => {
    it("is not there: the model is told so, and no step is invented", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["I cannot."] })]);
      const run = await untilRunEnds(
        service.api,
        await startRun(service.api, { model: "rehearsal", instructions: "Be brief.", tools: [CODE] }),
      );
      assert.equal(run.status, "completed", run.last_error?.message);
      const { asked } = service.seen[0] ?? assert.fail();
      assert.match(asked.instructions, /^Be brief\.\n\nYou have no code interpreter/);
      assert.deepEqual([asked.ownTools, asked.functions], [[], []]);
      const steps = await stepsOf(service.api, run);
      assert.deepEqual(
        steps.map((step) => step.type),
        ["message_creation"],
      );
    });

    it("is refused where the run demands it", async () => {
      const asked = { own_tools: [CODE.type], tool_choice: CODE };
      const { error, seen } = await ask(dialect, [says({ text: ["I cannot."] })], {}, asked);
      assert.equal(error?.code, "invalid_prompt");
      assert.match(error.message, /demands the code interpreter, and its model has none/);
      assert.equal(seen.length, 0);
    });
  });
}

describe("the code interpreter of OpenAI over Chat Completions", () => {
  it("is not there either", async () => {
    const chat = dialects.find(({ runsCode }) => !runsCode) ?? assert.fail();
    const fields = { provider: openai.provider, wire: "chat" } as const;
    const { seen } = await ask(chat, [says({ text: ["I cannot."] })], fields, { own_tools: [CODE.type] });
    assert.match(seen[0]?.asked.instructions ?? "", /You have no code interpreter/);
  });
});
