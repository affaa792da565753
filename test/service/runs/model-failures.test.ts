/** Runs whose model does not do what it should. */
import assert from "node:assert/strict";
import { type Model, ModelError } from "../../../src/models/model.ts";
import { calls, fails, ScriptedModel, says } from "../../scripted-model.ts";
import { freshService, messagesOf, startRun, stepsOf, textsOf, untilRunEnds } from "../running-service.ts";
import { deaf } from "./deaf-model.ts";

describe("a run whose model fails", () => {
  const failures: [string, Model, { code: string; message: RegExp }][] = [
    [
      "throws on the way",
      new ScriptedModel(fails(new Error("The line is dead."))),
      { code: "server_error", message: /^The line is dead\.$/ },
    ],
    [
      "throws before it streams",
      {
        generate() {
          throw new Error("No such model.");
        },
      },
      { code: "server_error", message: /^No such model\.$/ },
    ],
    [
      "names a code",
      new ScriptedModel(fails(new ModelError("rate_limit_exceeded", "Try again in 60 seconds."))),
      { code: "rate_limit_exceeded", message: /^Try again in 60 seconds\.$/ },
    ],
    [
      "breaks off without an end",
      {
        async *generate() {
          yield { type: "text_delta", text: "Half a" };
        },
      },
      { code: "server_error", message: /broke off/ },
    ],
    ["says nothing for too long", deaf, { code: "server_error", message: /said nothing for 0\.1 s/ }],
  ];
  for (const [title, model, { code, message }] of failures) {
    it(`fails with a clear error when it ${title}`, async () => {
      await using service = await freshService(model, { silenceSeconds: 0.1 });
      const run = await untilRunEnds(service.api, await startRun(service.api));
      assert.equal(run.status, "failed");
      assert.equal(run.last_error?.code, code);
      assert.match(run.last_error?.message ?? "", message);
      assert.ok((run.failed_at ?? 0) >= run.created_at);
      assert.equal(run.expires_at, null);
    });
  }

  it("keeps what was said by then in an incomplete message and a failed step", async () => {
    await using service = await freshService(deaf, { silenceSeconds: 0.1 });
    const run = await untilRunEnds(service.api, await startRun(service.api));
    const [message] = await messagesOf(service.api, run);
    assert.deepEqual(textsOf(message ? [message] : []), ["Half a"]);
    assert.deepEqual(
      [message?.status, message?.incomplete_details],
      ["incomplete", { reason: "run_failed" }],
    );
    const [step] = await stepsOf(service.api, run);
    assert.deepEqual([step?.status, step?.last_error], ["failed", run.last_error]);
  });

  it("frees the thread", async () => {
    await using service = await freshService(new ScriptedModel(fails(new Error("No.")), says("Yes.")));
    const { thread_id, assistant_id } = await untilRunEnds(service.api, await startRun(service.api));
    const second = await service.api.createRun({ thread_id, assistant_id });
    assert.equal((await untilRunEnds(service.api, second)).status, "completed");
  });

  it("fails when the model only calls what the run does not offer", async () => {
    const model = new ScriptedModel(calls({ name: "open_door" }));
    await using service = await freshService(model);
    const run = await untilRunEnds(service.api, await startRun(service.api));
    assert.match(run.last_error?.message ?? "", /open_door/);
    assert.equal(model.requests.length, 3);
  });

  it("keeps whole what was said before calls that make it fail", async () => {
    const sayAndCall = async function* () {
      yield { type: "text_delta", text: "Let me open it." } as const;
      yield { type: "tool_call_delta", index: 0, name: "open_door" } as const;
      yield { type: "finish", reason: "stop" } as const;
    };
    await using service = await freshService(new ScriptedModel(sayAndCall));
    const run = await untilRunEnds(service.api, await startRun(service.api));
    assert.equal(run.status, "failed");
    assert.deepEqual(textsOf(await messagesOf(service.api, run)), Array(3).fill("Let me open it."));
    assert.deepEqual(
      (await stepsOf(service.api, run)).map((step) => step.status),
      Array(6).fill("completed"),
    );
  });

  it("is incomplete where the answer was cut at the token limit, with what was said", async () => {
    const cut = async function* () {
      yield { type: "text_delta", text: "It is" } as const;
      yield { type: "finish", reason: "length" } as const;
    };
    await using service = await freshService(new ScriptedModel(cut));
    const run = await untilRunEnds(service.api, await startRun(service.api));
    assert.deepEqual(
      [run.status, run.incomplete_details],
      ["incomplete", { reason: "max_completion_tokens" }],
    );
    const messages = await messagesOf(service.api, run);
    assert.deepEqual(textsOf(messages), ["It is"]);
    assert.deepEqual(messages[0]?.incomplete_details, { reason: "max_tokens" });
  });
});
