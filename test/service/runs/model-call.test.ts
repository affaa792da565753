import assert from "node:assert/strict";
import { setFlagsFromString } from "node:v8";
import { runInNewContext } from "node:vm";
import type { Model, ModelRequest } from "../../../src/models/model.ts";
import { emptyAnswer, type ModelAnswer } from "../../../src/service/runs/model-answer.ts";
import { callModel } from "../../../src/service/runs/model-call.ts";
import { hangs, ScriptedModel, says } from "../../scripted-model.ts";
import { deaf } from "./deaf-model.ts";

const request: ModelRequest = {
  model: "scripted",
  instructions: "",
  items: [],
  functions: [],
  own_tools: [],
  tool_choice: "auto",
  parallel_tool_calls: true,
  response_format: "auto",
  reasoning_effort: null,
  temperature: null,
  top_p: null,
  max_completion_tokens: null,
};

interface Listening {
  signal?: AbortSignal;
  silenceSeconds?: number;
  onText?(text: string): void;
}

/** Calls the model, with patience unless told otherwise. */
function call(model: Model, answer: ModelAnswer = emptyAnswer(), listening: Listening = {}): Promise<void> {
  const { signal = new AbortController().signal, silenceSeconds = 60, onText = () => {} } = listening;
  return callModel({ model, request, signal, silenceSeconds, onText, onOwnTool: () => {} }, answer);
}

describe("a model call", () => {
  it("gathers what the model says", async () => {
    const answer = emptyAnswer();
    await call(new ScriptedModel(says("It is ", "sunny.")), answer);
    assert.deepEqual([answer.text, answer.finish], ["It is sunny.", "stop"]);
  });

  it("tells of each piece of text, once it is part of the answer", async () => {
    const answer = emptyAnswer();
    const seen: [string, string][] = [];
    const onText = (text: string) => {
      seen.push([text, answer.text]);
    };
    await call(new ScriptedModel(says("", "It is ", "sunny.")), answer, { onText });
    assert.deepEqual(seen, [
      ["It is ", "It is "],
      ["sunny.", "It is sunny."],
    ]);
  });

  it("fails when the answer breaks off before its end", async () => {
    const broken: Model = {
      async *generate() {
        yield { type: "text_delta", text: "It is" };
      },
    };
    await assert.rejects(call(broken), { name: "ModelError", code: "server_error" });
  });

  it("is over when the model has finished, though its stream never ends", async () => {
    const cleaned = Promise.withResolvers<void>();
    const open: Model = {
      async *generate(_request, signal) {
        try {
          yield { type: "text_delta", text: "Done." };
          yield { type: "finish", reason: "stop" };
          await new Promise((_, reject) => signal.addEventListener("abort", reject, { once: true }));
        } finally {
          cleaned.resolve();
        }
      },
    };
    const answer = emptyAnswer();
    await call(open, answer);
    assert.deepEqual([answer.text, answer.finish], ["Done.", "stop"]);
    await cleaned.promise;
  });

  it("fails with what a model throws at once", async () => {
    const error = new Error("No such model.");
    const throwing: Model = {
      generate() {
        throw error;
      },
    };
    await assert.rejects(call(throwing), error);
  });

  it("fails with what a model throws on the way, and keeps what was said by then", async () => {
    const error = new Error("The line is dead.");
    const answer = emptyAnswer();
    const failing: Model = {
      async *generate() {
        yield { type: "text_delta", text: "It is" };
        throw error;
      },
    };
    await assert.rejects(call(failing, answer), error);
    assert.equal(answer.text, "It is");
  });

  it("ends a model that says nothing, and tells it so", async () => {
    const silent = hangs();
    const silenceSeconds = 0.02;
    await assert.rejects(call(new ScriptedModel(silent.script), emptyAnswer(), { silenceSeconds }), {
      name: "ModelError",
      code: "server_error",
      message: "The model said nothing for 0.02 s.",
    });
    await silent.stopped;
  });

  it("ends a model that falls silent in the middle, though it does not listen", async () => {
    const answer = emptyAnswer();
    await assert.rejects(call(deaf, answer, { silenceSeconds: 0.02 }), { code: "server_error" });
    assert.equal(answer.text, "Half a");
  });

  it("measures the silence between two pieces, not the whole answer", async () => {
    const slow: Model = {
      async *generate() {
        for (let piece = 0; piece < 8; piece += 1) {
          await new Promise((resolve) => setTimeout(resolve, 50));
          yield { type: "text_delta", text: "." };
        }
        yield { type: "finish", reason: "stop" };
      },
    };
    const answer = emptyAnswer();
    await call(slow, answer, { silenceSeconds: 0.3 });
    assert.equal(answer.text, "........");
  });

  it("stops at once with the signal's reason, and the model hears it", async () => {
    const stop = new AbortController();
    const hanging = hangs("It is");
    const calling = call(new ScriptedModel(hanging.script), emptyAnswer(), { signal: stop.signal });
    await hanging.started;
    const reason = new Error("Enough.");
    stop.abort(reason);
    await assert.rejects(calling, reason);
    assert.equal(await hanging.stopped, reason);
  });

  it("stops at once where the model does not listen", async () => {
    const stop = new AbortController();
    const begun = Promise.withResolvers<void>();
    const calling = call(deaf, emptyAnswer(), { signal: stop.signal, onText: () => begun.resolve() });
    await begun.promise;
    const reason = new Error("Enough.");
    stop.abort(reason);
    await assert.rejects(calling, reason);
  });

  it("rejects at once where the signal was given before", async () => {
    const reason = new Error("Too late.");
    await assert.rejects(call(deaf, emptyAnswer(), { signal: AbortSignal.abort(reason) }), reason);
  });

  it("lets a model clean up that is given up because it says too much", async () => {
    const cleaned = Promise.withResolvers<void>();
    const endless: Model = {
      async *generate() {
        try {
          for (;;) yield { type: "text_delta", text: "x".repeat(1_000_000) };
        } finally {
          cleaned.resolve();
        }
      },
    };
    await assert.rejects(call(endless), { code: "server_error", message: /does not end/ });
    await cleaned.promise;
  });

  it("adds nothing that the model says after it was stopped", async () => {
    const stop = new AbortController();
    const released = Promise.withResolvers<void>();
    const late: Model = {
      async *generate() {
        yield { type: "text_delta", text: "In time." };
        await released.promise;
        yield { type: "text_delta", text: " Too late." };
      },
    };
    const answer = emptyAnswer();
    const begun = Promise.withResolvers<void>();
    const calling = call(late, answer, { signal: stop.signal, onText: () => begun.resolve() });
    await begun.promise;
    stop.abort(new Error("Enough."));
    await assert.rejects(calling);
    released.resolve();
    await new Promise(setImmediate);
    assert.equal(answer.text, "In time.");
  });

  it("keeps nothing for each piece", async () => {
    setFlagsFromString("--expose-gc");
    const collect: () => void = runInNewContext("gc");
    const heap = () => {
      collect();
      return process.memoryUsage().heapUsed;
    };
    let grown = 0;
    const chatty: Model = {
      async *generate() {
        const before = heap();
        for (let piece = 0; piece < 300_000; piece += 1) yield { type: "text_delta", text: "" };
        grown = heap() - before;
        yield { type: "finish", reason: "stop" };
      },
    };
    await call(chatty);
    assert.ok(grown < 5_000_000, `${grown} bytes for 300,000 pieces`);
  });
});
