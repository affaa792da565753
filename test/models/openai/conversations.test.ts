/** The same conversations with every kind of server: what is asked, and what is answered. */
import assert from "node:assert/strict";
import { images } from "../../sample-images.ts";
import { lead, said, serviceWith } from "./served-conversation.ts";
import { COUNTED } from "./upstream/dialect.ts";
import { dialects } from "./upstream/dialects.ts";
import { says } from "./upstream/upstream.ts";

const WEATHER_CALL = { name: "get_weather", arguments: '{"city":"Oslo"}' };
const TIME_CALL = { name: "get_time", arguments: '{"zone":"CET"}' };

for (const dialect of dialects) {
  describe(`a conversation with ${dialect.name}`, () => {
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
  });
}
