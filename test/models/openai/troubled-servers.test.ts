/** The same conversations with every kind of server, when it is busy, breaks off or refuses. */
import assert from "node:assert/strict";
import { lead, said, serviceWith } from "./served-conversation.ts";
import { dialects } from "./upstream/dialects.ts";
import { beginsWhole, breaks, breaksAfter, KEY, refuses, says } from "./upstream/upstream.ts";

const AT_ONCE = { "retry-after-ms": "1" };
const limited = { status: 429, body: '{"error":{"message":"Slow down."}}', headers: AT_ONCE };

for (const dialect of dialects) {
  describe(`a conversation with ${dialect.name}`, () => {
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
