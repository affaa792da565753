/** The same conversations with every kind of server: a real service, a real connection, each server's own shapes. */
import assert from "node:assert/strict";
import type { Run } from "../../../src/contract/objects.ts";
import type { Request } from "../../../src/contract/requests.ts";
import { openModel } from "../../../src/models/providers.ts";
import type { ServedModelSettings } from "../../../src/models/settings.ts";
import { images } from "../../sample-images.ts";
import {
  freshService,
  messagesOf,
  startRun,
  textsOf,
  untilMessageIsOpen,
  untilRunEnds,
  untilRunIs,
} from "../../service/running-service.ts";
import { COUNTED, type Dialect } from "./upstream/dialect.ts";
import { dialects } from "./upstream/dialects.ts";
import {
  type Answer,
  beginsWhole,
  breaks,
  breaksAfter,
  hangsAfter,
  KEY,
  refuses,
  says,
  startUpstream,
  written,
} from "./upstream/upstream.ts";

type Fields = Partial<ServedModelSettings>;

/** A service whose model is at a server that answers like this. */
async function serviceWith(dialect: Dialect, answers: Answer[], fields: Fields = {}) {
  const upstream = await startUpstream(dialect, ...answers);
  const service = await freshService(await openModel(written(upstream.settings(fields))));
  return {
    ...service,
    upstream,
    async [Symbol.asyncDispose]() {
      await service[Symbol.asyncDispose]();
      await upstream[Symbol.asyncDispose]();
    },
  };
}

const question = { role: "user", content: "How is the weather?" } as const;
const AT_ONCE = { "retry-after-ms": "1" };
const limited = { status: 429, body: '{"error":{"message":"Slow down."}}', headers: AT_ONCE };
const WEATHER_CALL = { name: "get_weather", arguments: '{"city":"Oslo"}' };
const TIME_CALL = { name: "get_time", arguments: '{"zone":"CET"}' };

for (const dialect of dialects) {
  describe(`a conversation with ${dialect.name}`, () => {
    type Service = Awaited<ReturnType<typeof serviceWith>>;

    /** The run that this request ends as; each call is answered with the name of its function. */
    async function lead(
      service: Service,
      request: Partial<Request<"CreateThreadAndRun">> = {},
    ): Promise<Run> {
      let run = await startRun(service.api, { model: "rehearsal", ...request });
      for (;;) {
        run = await untilRunIs(service.api, run, "requires_action", "completed", "failed", "incomplete");
        if (run.status !== "requires_action") return run;
        const { thread_id, id, required_action } = run;
        const calls = required_action?.submit_tool_outputs.tool_calls ?? [];
        const tool_outputs = calls.map((call) => ({ tool_call_id: call.id, output: call.function.name }));
        await service.api.submitToolOutputsToRun({ thread_id, run_id: id, tool_outputs });
      }
    }

    const said = async (service: Service, run: Run) => textsOf(await messagesOf(service.api, run));

    for (const streaming of [true, false]) {
      it(`${streaming ? "streamed" : "asked for as a whole"}, is answered, with what it has used`, async () => {
        await using service = await serviceWith(dialect, [says({ text: ["It is ", "sunny."] })], {
          streaming,
        });
        const run = await lead(service, { instructions: "Be brief." });
        assert.equal(run.status, "completed");
        assert.deepEqual(run.usage, COUNTED);
        assert.deepEqual(await said(service, run), ["It is sunny."]);
        const asked = service.upstream.seen[0]?.asked;
        assert.equal(asked?.model, "the-model");
        assert.equal(asked?.instructions, "Be brief.");
        assert.deepEqual(asked?.conversation, ["user: How is the weather?"]);
      });
    }

    for (const streaming of [true, false]) {
      it(`calls functions in two rounds, two at once, ${streaming ? "streamed" : "as a whole"}`, async () => {
        const answers = [
          says({ calls: [TIME_CALL] }),
          says({ calls: [WEATHER_CALL, TIME_CALL] }),
          says({ text: ["Done."] }),
        ];
        await using service = await serviceWith(dialect, answers, { streaming });
        const run = await lead(service);
        assert.equal(run.status, "completed");
        assert.deepEqual(await said(service, run), ["Done."]);
        const call = (made: object) => `call: ${JSON.stringify(made)}`;
        assert.deepEqual(service.upstream.seen.at(-1)?.asked.conversation, [
          "user: How is the weather?",
          call(TIME_CALL),
          "tool: get_time",
          call(WEATHER_CALL),
          call(TIME_CALL),
          "tool: get_weather",
          "tool: get_time",
        ]);
      });
    }

    it("passes strict functions, a strict schema, limits and sampling on", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["{}"] })]);
      const schema = { type: "object", properties: {}, required: [], additionalProperties: false };
      await lead(service, {
        tools: [{ type: "function", function: { name: "f", parameters: schema, strict: true } }],
        tool_choice: "required",
        parallel_tool_calls: false,
        temperature: 0.5,
        top_p: 0.25,
        max_completion_tokens: 300,
        response_format: { type: "json_schema", json_schema: { name: "answer", schema, strict: true } },
      });
      const { body, asked } = service.upstream.seen[0] ?? assert.fail();
      assert.deepEqual(JSON.parse(asked.functions[0] ?? ""), { name: "f", parameters: schema, strict: true });
      const { temperature, top_p, parallel_tool_calls, tool_choice } = body;
      const sent = { temperature, top_p, parallel_tool_calls, tool_choice };
      const expected = { temperature: 0.5, top_p: 0.25, parallel_tool_calls: false, tool_choice: "required" };
      assert.deepEqual(sent, expected);
      assert.equal(body["max_output_tokens"] ?? body["max_tokens"], 300);
      const format = { name: "answer", schema, strict: true };
      assert.deepEqual(
        body["response_format"] ?? body["text"],
        dialect.provider === "compatible"
          ? { type: "json_schema", json_schema: format }
          : { format: { type: "json_schema", ...format } },
      );
    });

    it("keeps nothing at the provider and sends no setting of functions without functions", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["Hi."] })]);
      await lead(service, { tools: [] });
      const body = service.upstream.seen[0]?.body ?? {};
      assert.equal(body["store"], dialect.provider === "compatible" ? undefined : false);
      for (const name of ["tools", "tool_choice", "parallel_tool_calls"]) assert.ok(!(name in body), name);
    });

    it("passes an image on by its address, and nobody fetches it", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["A cat."] })]);
      const url = `${service.upstream.url}/cat.png`;
      const image = { type: "image_url", image_url: { url, detail: "low" } } as const;
      await lead(service, { thread: { messages: [{ role: "user", content: [image] }] } });
      assert.deepEqual(service.upstream.seen[0]?.asked.images, [JSON.stringify({ url, detail: "low" })]);
      assert.equal(service.upstream.seen.length, 1);
    });

    it("passes the image of a file on as data", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["A cat."] })]);
      for (const [type, content] of images) {
        const file = { name: "cat", content };
        const { id: file_id } = await service.api.createFile({ purpose: "vision", file });
        const image = { type: "image_file", image_file: { file_id, detail: "high" } } as const;
        const text = { type: "text", text: "What is this?" } as const;
        const run = await lead(service, { thread: { messages: [{ role: "user", content: [text, image] }] } });
        assert.equal(run.status, "completed", run.last_error?.message);
        const asked = service.upstream.seen.at(-1)?.asked;
        const url = `data:${type};base64,${content.toString("base64")}`;
        assert.deepEqual(asked?.images, [JSON.stringify({ url, detail: "high" })]);
        assert.deepEqual(asked?.conversation, ["user: What is this?"]);
      }
    });

    it("leaves older messages out that do not fit into the context", async () => {
      const messages = Array.from({ length: 8 }, (_, index) => ({
        role: index % 2 === 0 ? ("assistant" as const) : ("user" as const),
        content: "word ".repeat(80),
      }));
      await using service = await serviceWith(dialect, [says({ text: ["Yes."] })], { contextWindow: 500 });
      await lead(service, { thread: { messages } });
      const kept = service.upstream.seen[0]?.asked.conversation.length ?? 0;
      assert.ok(kept > 0 && kept < 8, `${kept} messages`);
    });

    it("begins with the user where older messages are left out", async () => {
      const messages = Array.from({ length: 3 }, () => [
        question,
        { role: "assistant", content: "Sunny." } as const,
      ]);
      await using service = await serviceWith(dialect, [says({ text: ["Yes."] })]);
      const run = await lead(service, {
        thread: { messages: [...messages.flat(), question] },
        truncation_strategy: { type: "last_messages", last_messages: 4 },
      });
      assert.equal(run.status, "completed", run.last_error?.message);
      const asked = service.upstream.seen[0]?.asked.conversation;
      assert.deepEqual(asked, [
        "user: How is the weather?",
        "assistant: Sunny.",
        "user: How is the weather?",
      ]);
    });

    it("takes several messages in a row of one side", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["Yes."] })]);
      const roles = ["user", "user", "assistant", "assistant", "user", "user"] as const;
      const messages = roles.map((role, index) => ({ role, content: `message ${index}` }));
      const run = await lead(service, { thread: { messages } });
      assert.equal(run.status, "completed", run.last_error?.message);
      const asked = service.upstream.seen[0]?.asked.conversation.join("\n\n").replaceAll(/\w+: /g, "");
      assert.equal(asked, messages.map(({ content }) => content).join("\n\n"));
    });

    it("goes on with hardly any tokens left, and ends when there are none", async () => {
      await using service = await serviceWith(dialect, [
        says({ calls: [TIME_CALL], tokens: 246 }),
        says({ calls: [TIME_CALL], tokens: 10 }),
      ]);
      const run = await lead(service, { max_completion_tokens: 256 });
      assert.deepEqual(
        [run.status, run.incomplete_details?.reason],
        ["incomplete", "max_completion_tokens"],
        run.last_error?.message,
      );
      assert.equal(service.upstream.seen.length, 2);
    });

    it("is asked once more with less of its past when the model finds it too long", async () => {
      const messages = Array.from({ length: 11 }, (_, index) => ({
        role: index % 2 === 0 ? ("user" as const) : ("assistant" as const),
        content: `message ${index}`,
      }));
      const answers = [refuses(dialect.tooLong), says({ text: ["Yes."] })];
      await using service = await serviceWith(dialect, answers);
      const run = await lead(service, { thread: { messages } });
      assert.equal(run.status, "completed", run.last_error?.message);
      const [first, second] = service.upstream.seen.map(({ asked }) => asked.conversation);
      assert.equal(first?.length, 11);
      assert.deepEqual([second?.at(0), second?.at(-1)], ["user: message 6", "user: message 10"]);
    });

    it("fails when it is still too long then, in the provider's words", async () => {
      const messages = Array.from({ length: 8 }, () => question);
      await using service = await serviceWith(dialect, [refuses(dialect.tooLong)]);
      const run = await lead(service, { thread: { messages } });
      assert.equal(run.status, "failed");
      assert.equal(run.last_error?.code, "invalid_prompt");
      assert.match(run.last_error?.message ?? "", /context|input/);
      assert.equal(service.upstream.seen.length, 2);
    });

    it("that runs into its limit ends incomplete, with what was said", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["It is"], finish: "length" })]);
      const run = await lead(service);
      assert.equal(run.status, "incomplete");
      assert.equal(run.incomplete_details?.reason, "max_completion_tokens");
      assert.deepEqual(await said(service, run), ["It is"]);
    });

    it("that the content filter cuts off ends incomplete and says so", async () => {
      await using service = await serviceWith(dialect, [says({ text: ["It"], finish: "content_filter" })]);
      const run = await lead(service);
      assert.equal(run.status, "incomplete");
      assert.equal(run.incomplete_details?.reason, "content_filter");
      const [message] = await messagesOf(service.api, run);
      assert.equal(message?.incomplete_details?.reason, "content_filter");
    });

    it("that the model refuses ends with its refusal", async () => {
      await using service = await serviceWith(dialect, [says({ refusal: "I cannot help with that." })]);
      const run = await lead(service);
      assert.equal(run.status, "completed");
      assert.deepEqual(await said(service, run), ["I cannot help with that."]);
    });

    it("that is cancelled in mid-stream closes its connection within 100 ms", async () => {
      await using service = await serviceWith(dialect, [hangsAfter({ text: ["It is "] })]);
      const run = await startRun(service.api, { model: "rehearsal" });
      await untilMessageIsOpen(service.api, run);
      await service.api.cancelRun({ thread_id: run.thread_id, run_id: run.id });
      const cancelled = performance.now();
      await service.upstream.seen[0]?.gone;
      assert.ok(performance.now() - cancelled < 100);
      assert.equal((await untilRunEnds(service.api, run)).status, "cancelled");
      assert.deepEqual(await said(service, run), ["It is "]);
    });

    for (const [title, answer] of [
      ["before its answer", () => {}],
      ["in the middle of its answer", beginsWhole("hangs")],
    ] as const satisfies [string, Answer][]) {
      it(`that is cancelled ${title}, asked for as a whole, closes its connection within 100 ms`, async () => {
        const asked = Promise.withResolvers<void>();
        const answers: Answer[] = [
          (...given) => {
            answer(...given);
            asked.resolve();
          },
        ];
        await using service = await serviceWith(dialect, answers, { streaming: false });
        const run = await startRun(service.api, { model: "rehearsal" });
        await asked.promise;
        await service.api.cancelRun({ thread_id: run.thread_id, run_id: run.id });
        const cancelled = performance.now();
        await service.upstream.seen[0]?.gone;
        assert.ok(performance.now() - cancelled < 100);
        assert.equal((await untilRunEnds(service.api, run)).status, "cancelled");
      });
    }

    it("waits as long as a server that has too much to do asks for", async () => {
      await using service = await serviceWith(dialect, [refuses(limited), says({ text: ["Yes."] })]);
      assert.equal((await lead(service)).status, "completed");
      assert.equal(service.upstream.seen.length, 2);
    });

    it("fails with rate_limit_exceeded when the server stays busy", async () => {
      await using service = await serviceWith(dialect, [refuses(limited)]);
      const run = await lead(service);
      assert.equal(run.last_error?.code, "rate_limit_exceeded");
      assert.match(run.last_error?.message ?? "", /^Slow down\. \(POST http/);
      assert.equal(service.upstream.seen.length, 3);
    });

    it("is asked again when the connection breaks before anything was said", async () => {
      const answers = [breaks, says({ text: ["Yes."] })];
      await using service = await serviceWith(dialect, answers);
      const run = await lead(service);
      assert.equal(run.status, "completed");
      assert.deepEqual(await said(service, run), ["Yes."]);
    });

    it("is asked again when the connection breaks in the middle of a whole answer", async () => {
      const answers = [beginsWhole("breaks"), says({ text: ["Yes."] })];
      await using service = await serviceWith(dialect, answers, { streaming: false });
      const run = await lead(service);
      assert.equal(run.status, "completed", run.last_error?.message);
      assert.deepEqual(await said(service, run), ["Yes."]);
      assert.equal(service.upstream.seen.length, 2);
    });

    it("fails when the connection breaks in mid-stream, naming method, host and request", async () => {
      await using service = await serviceWith(dialect, [breaksAfter({ text: ["It is "] })]);
      const run = await lead(service);
      assert.equal(run.status, "failed");
      assert.equal(run.last_error?.code, "server_error");
      const { host } = new URL(service.upstream.url);
      assert.match(
        run.last_error?.message ?? "",
        new RegExp(`broke off.*POST http://${host}/.*request req_42`),
      );
      assert.deepEqual(await said(service, run), ["It is "]);
      assert.equal(service.upstream.seen.length, 1);
    });

    it("fails for a model that is not there, in the provider's words", async () => {
      const missing = dialect.unknownModel("the-model");
      await using service = await serviceWith(dialect, [refuses(missing)]);
      const run = await lead(service);
      assert.equal(run.last_error?.code, "server_error");
      const sentence = JSON.parse(missing.body).error.message.replace(/\.$/, "");
      assert.ok(run.last_error?.message.startsWith(sentence), run.last_error?.message);
      assert.equal(service.upstream.seen.length, 1);
    });

    it("sends the key where it belongs, and none where there is none", async () => {
      const kept = process.env["OPENAI_API_KEY"];
      process.env["OPENAI_API_KEY"] = "sk-environment-0123456789";
      try {
        await using keyed = await serviceWith(dialect, [says({ text: ["Yes."] })]);
        await lead(keyed);
        const [name, value] = dialect.key(KEY);
        assert.equal(keyed.upstream.seen[0]?.headers[name], value);
        await using keyless = await serviceWith(dialect, [says({ text: ["Yes."] })], { apiKey: "" });
        await lead(keyless);
        const { headers } = keyless.upstream.seen[0] ?? assert.fail();
        assert.ok(!JSON.stringify(headers).includes("sk-environment"));
        for (const header of ["authorization", "api-key"]) assert.ok(!(header in headers), header);
      } finally {
        if (kept === undefined) delete process.env["OPENAI_API_KEY"];
        else process.env["OPENAI_API_KEY"] = kept;
      }
    });
  });
}
