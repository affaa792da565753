/** The same conversations with every kind of server: how they end before the answer is whole. */
import assert from "node:assert/strict";
import { messagesOf, startRun, untilMessageIsOpen, untilRunEnds } from "../../service/running-service.ts";
import { lead, said, serviceWith } from "./served-conversation.ts";
import { dialects } from "./upstream/dialects.ts";
import { type Answer, beginsWhole, hangsAfter, says } from "./upstream/upstream.ts";

const TIME_CALL = { name: "get_time", arguments: '{"zone":"CET"}' };

for (const dialect of dialects) {
  describe(`a conversation with ${dialect.name}`, () => {
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
  });
}
