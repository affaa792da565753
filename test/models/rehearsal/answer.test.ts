import assert from "node:assert/strict";
import { ask, declared, says, step } from "./ask.ts";

const text = { type: "string" };

describe("rehearsal: the answer", () => {
  it("says that it is the rehearsal model", async () => {
    const { text: answer } = await ask({ items: [says("Hello")] });
    assert.match(answer, /rehearsal model \(offline, no AI\)/);
  });

  it("says what it was asked", async () => {
    assert.match((await ask({ items: [says("Hello there")] })).text, /You asked: "Hello there"/);
  });

  it("says so when the message has no text", async () => {
    for (const image of [
      { type: "image_url", url: "https://example.com/a.png" },
      { type: "image", media_type: "image/png", data: "iVBORw0KGgo=" },
    ] as const) {
      const { text: answer } = await ask({ items: [{ type: "message", role: "user", content: [image] }] });
      assert.match(answer, /no text/);
    }
  });

  it("names the functions that have nothing to do with the question", async () => {
    const functions = [declared("open_door", "Opens a door."), declared("count_cars", "Counts cars.")];
    const { text: answer } = await ask({ items: [says("Hello")], functions });
    assert.match(answer, /left out open_door and count_cars: no word in common/);
  });

  it("names the property for which nothing was found", async () => {
    const functions = [declared("open_door", "Opens a door.", { width: { type: "number" } })];
    const { text: answer } = await ask({ items: [says("The door!")], functions });
    assert.match(answer, /left out open_door: I found nothing for its "width"/);
  });

  it("names the functions that tool_choice forbids", async () => {
    const functions = [declared("open_door", "Opens a door.")];
    const { text: answer } = await ask({ items: [says("The door!")], functions, tool_choice: "none" });
    assert.match(answer, /left out open_door: tool_choice/);
  });

  it("says that it has no code interpreter", async () => {
    const { text: answer } = await ask({ items: [says("Compute!")], own_tools: ["code_interpreter"] });
    assert.match(answer, /left out code_interpreter: there is none offline\./);
  });

  it("refuses a run that demands the code interpreter", async () => {
    const demanding = { items: [says("Compute!")], tool_choice: { type: "code_interpreter" } } as const;
    await assert.rejects(ask({ ...demanding, items: [...demanding.items] }), { code: "invalid_prompt" });
  });

  it("quotes texts, numbers and objects of this run by the function's name", async () => {
    const items = [
      says("The door!"),
      ...step({ old: "gone" }),
      says("The doors!"),
      ...step({ a: "open", b: "42" }),
      ...step({ c: '{"wide":true}' }),
    ];
    const { text: answer } = await ask({ items });
    assert.match(answer, /a returned "open"\. b returned 42\. c returned \{"wide":true\}\.$/);
  });

  it("quotes outputs of the run before only in that run", async () => {
    const items = [says("The door!"), ...step({ old: "gone" }), says("Hello")];
    assert.doesNotMatch((await ask({ items })).text, /gone/);
  });

  it("says what was left out beside outputs, but nothing of unrelated functions", async () => {
    const functions = [
      declared("open_door", "Opens a door.", { width: { type: "number" } }),
      declared("sing", "Sings.", { song: text }),
    ];
    const items = [says("The door!"), ...step({ a: "open" })];
    const { text: answer } = await ask({ items, functions });
    assert.match(answer, /a returned "open"\. I left out open_door/);
    assert.doesNotMatch(answer, /sing/);
  });

  it("shortens a long output", async () => {
    const { text: answer } = await ask({ items: [says("The door!"), ...step({ a: "x".repeat(100_000) })] });
    assert.ok(answer.length < 3000 && answer.includes("…"));
  });
});
