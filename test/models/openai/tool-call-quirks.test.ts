/** Tool calls as servers send them whose reference says otherwise. */
import assert from "node:assert/strict";
import { ask } from "./asking.ts";
import { stream, streamed } from "./chat-stream.ts";
import { lmStudio, ollama, vllm } from "./upstream/chat-dialects.ts";
import { says, sends } from "./upstream/upstream.ts";

const calls = (...tool_calls: object[]): Record<string, unknown> => ({ tool_calls });
const made = ({ calls: got }: { calls: Map<number, { name: string; arguments: string }> }) =>
  [...got.values()].map((call) => `${call.name}(${call.arguments})`);

describe("a tool call", () => {
  const whole = { type: "function", function: { name: "get_weather", arguments: '{"city":"Oslo"}' } };

  it("may come in one chunk", async () => {
    const outcome = await streamed([calls({ index: 0, id: "1", ...whole })], "tool_calls");
    assert.deepEqual(made(outcome), ['get_weather({"city":"Oslo"})']);
  });

  it("may end with the finish reason stop", async () => {
    const outcome = await streamed([calls({ index: 0, id: "1", ...whole })], "stop");
    assert.deepEqual(made(outcome), ['get_weather({"city":"Oslo"})']);
    assert.equal(outcome.finish, "stop");
  });

  it("may lack its index", async () => {
    const outcome = await streamed([calls({ id: "1", ...whole }), calls({ id: "2", ...whole })]);
    assert.equal(made(outcome).length, 2);
  });

  it("may lack its index and come in pieces", async () => {
    const outcome = await streamed([
      calls({ id: "1", function: { name: "get_weather", arguments: "" } }),
      calls({ function: { arguments: '{"city":' } }),
      calls({ function: { arguments: '"Oslo"}' } }),
    ]);
    assert.deepEqual(made(outcome), ['get_weather({"city":"Oslo"})']);
  });

  it("may lack its id", async () => {
    const outcome = await streamed([calls({ index: 0, ...whole }, { index: 1, ...whole })]);
    assert.equal(made(outcome).length, 2);
  });

  it("may lack both", async () => {
    const outcome = await streamed([calls(whole), calls(whole)]);
    assert.equal(made(outcome).length, 2);
  });

  it("may begin at index 0 again for the next call", async () => {
    const outcome = await ask(vllm, [
      says({
        calls: [
          { name: "get_weather", arguments: '{"a":1}' },
          { name: "get_time", arguments: '{"b":2}' },
        ],
      }),
    ]);
    assert.deepEqual(made(outcome), ['get_weather({"a":1})', 'get_time({"b":2})']);
  });

  it("may repeat its id and name with each piece", async () => {
    const piece = (text: string) =>
      calls({ index: 0, id: "1", type: "function", function: { name: "get_time", arguments: text } });
    assert.deepEqual(made(await streamed([piece('{"a"'), piece(":1}")])), ['get_time({"a":1})']);
  });

  for (const streaming of [true, false]) {
    it(`may have the same id as another, ${streaming ? "streamed" : "as a whole"}`, async () => {
      const two = [
        { index: 0, id: "1", ...whole },
        { index: 1, id: "1", ...whole, function: { ...whole.function, name: "get_time" } },
      ];
      const message = { role: "assistant", content: null, tool_calls: two };
      const answer = JSON.stringify({ choices: [{ index: 0, message, finish_reason: "tool_calls" }] });
      const outcome = await ask(
        ollama,
        [streaming ? sends(stream([calls(...two)])) : sends(answer, "application/json")],
        { streaming },
      );
      assert.deepEqual(made(outcome), ['get_weather({"city":"Oslo"})', 'get_time({"city":"Oslo"})']);
    });
  }

  it("is no message where only white space comes before it", async () => {
    const outcome = await streamed([{ content: "\n" }, { content: "\n" }, calls({ id: "1", ...whole })]);
    assert.equal(outcome.text, "");
    assert.equal(made(outcome).length, 1);
  });

  it("may have an empty type and an object for arguments", async () => {
    const odd = {
      index: 0,
      id: "1",
      type: "",
      function: { name: "get_weather", arguments: { city: "Oslo" } },
    };
    assert.deepEqual(made(await streamed([calls(odd)])), ['get_weather({"city":"Oslo"})']);
  });

  it("may leave its arguments out where there are none", async () => {
    const bare = { index: 0, id: "1", type: "function", function: { name: "get_time" } };
    assert.deepEqual(made(await streamed([calls(bare)])), ["get_time({})"]);
  });

  it("may have arguments that are not JSON, which are handed on as they are", async () => {
    const broken = {
      index: 0,
      id: "1",
      type: "function",
      function: { name: "get_time", arguments: '{"zone": ' },
    };
    assert.deepEqual(made(await streamed([calls(broken)])), ['get_time({"zone": )']);
  });

  it("is asked for as a whole where streaming is off", async () => {
    const outcome = await ask(lmStudio, [says({ calls: [whole.function] })], { streaming: false });
    assert.deepEqual(made(outcome), ['get_weather({"city":"Oslo"})']);
    assert.ok(!("stream" in (outcome.seen[0]?.body ?? {})));
  });
});
