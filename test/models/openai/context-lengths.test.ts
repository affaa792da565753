/** The same conversations with every kind of server: what of a long past the model is told. */
import assert from "node:assert/strict";
import { lead, question, serviceWith } from "./served-conversation.ts";
import { dialects } from "./upstream/dialects.ts";
import { refuses, says } from "./upstream/upstream.ts";

for (const dialect of dialects) {
  describe(`a conversation with ${dialect.name}`, () => {
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
  });
}
