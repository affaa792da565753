/** The model behind the service, chosen on the command line. */
import assert from "node:assert/strict";
import { json } from "../models/openai/upstream/dialect.ts";
import { dialects } from "../models/openai/upstream/dialects.ts";
import { KEY as MODEL_KEY, refuses, says, sends, startUpstream } from "../models/openai/upstream/upstream.ts";
import { messagesOf, startRun, textsOf, untilRunEnds } from "../service/running-service.ts";
import { temporaryDirectory } from "../service/temporary-directory.ts";
import { runCli, startService } from "./service-process.ts";

const FOREIGN_KEY = "sk-environment-0123456789";
const environment = { ASSISTANTS_MODEL_KEY: MODEL_KEY, OPENAI_API_KEY: FOREIGN_KEY };
const keyless = { ASSISTANTS_MODEL_KEY: "", OPENAI_API_KEY: FOREIGN_KEY };

const at = (provider: string, url: string) => [
  ...["--model-provider", provider, "--model-base-url", url],
  ...["--model", "the-model"],
];

describe("the service's command with a model", () => {
  for (const dialect of dialects) {
    it(`is answered by ${dialect.name}, with the key of its own environment variable`, async () => {
      await using directory = await temporaryDirectory();
      await using upstream = await startUpstream(dialect, says({ text: ["It is sunny."] }));
      const service = await startService(directory.path, at(dialect.provider, upstream.url), environment);
      const run = await untilRunEnds(service.api, await startRun(service.api, { model: "rehearsal" }));
      assert.deepEqual(textsOf(await messagesOf(service.api, run)), ["It is sunny."]);
      const [header, value] = dialect.key(MODEL_KEY);
      assert.equal(upstream.seen[0]?.headers[header], value);
      assert.equal(upstream.seen[0]?.asked.model, "the-model");
      assert.equal(await service.stop(), 0);
    });
  }

  it("sends no key where it was given none, whatever the environment holds", async () => {
    await using directory = await temporaryDirectory();
    const [dialect = assert.fail()] = dialects;
    await using upstream = await startUpstream(dialect, says({ text: ["Yes."] }));
    const options = [...at(dialect.provider, upstream.url), "--check"];
    const service = await startService(directory.path, options, keyless);
    assert.equal(await service.stop(), 0);
    assert.equal(upstream.seen[0]?.headers.authorization, undefined);
  });

  it("asks the model as its options say", async () => {
    await using directory = await temporaryDirectory();
    const [dialect = assert.fail()] = dialects;
    await using upstream = await startUpstream(dialect, says({ text: ["Yes."] }));
    const options = ["--model-reasoning", "low", "--no-model-streaming", "--check"];
    const service = await startService(
      directory.path,
      [...at("compatible", upstream.url), "--model-wire", "responses", ...options],
      environment,
    );
    assert.equal(await service.stop(), 0);
    assert.equal(upstream.seen.length, 1);
    const { path, body } = upstream.seen[0] ?? assert.fail();
    assert.equal(path, "/v1/responses");
    assert.deepEqual([body["reasoning"], body["stream"]], [{ effort: "low" }, undefined]);
  });
});

describe("--check", () => {
  const [dialect = assert.fail()] = dialects;

  /** How the command ends where the model's server answers like this. */
  async function checked(answer: ReturnType<typeof says>, more: string[] = []) {
    await using directory = await temporaryDirectory();
    await using upstream = await startUpstream(dialect, answer);
    const options = ["--port", "0", "--data", directory.path, "--api-key", "k", "--check", ...more];
    return await runCli([...options, ...at(dialect.provider, upstream.url)], environment);
  }

  for (const [title, answer, sentence] of [
    [
      "a wrong key",
      refuses(json(401, { error: { message: `Incorrect API key provided: ${MODEL_KEY}.` } })),
      /^Incorrect API key provided: …\. \(POST http.*status 401\) \(server_error\)\n$/,
    ],
    [
      "an unknown model",
      refuses(dialect.unknownModel("the-model")),
      /^The model `the-model` does not exist .*\(server_error\)\n$/,
    ],
    ["a proxy's page", sends("<h1>Sign in</h1>", "text/html"), /check the address.*<h1>Sign in<\/h1>.*\n$/],
  ] as const) {
    it(`says ${title} at the start in one sentence, and nothing listens`, async () => {
      const { code, stdout, stderr } = await checked(answer);
      assert.equal(code, 1);
      assert.match(stderr, sentence);
      assert.equal(stdout, "");
    });
  }

  it("says who has answered", async () => {
    // An address of documentation: nothing can listen there, and the command ends.
    const { stdout } = await checked(says({ text: ["Yes."] }), ["--host", "192.0.2.1"]);
    assert.match(stdout, /^the model answers \(openai, the-model\), 28 tokens$/m);
  });

  for (const [title, options, sentence] of [
    ["a provider that there is not", ["--model-provider", "other"], /provider.*rehearsal.*\(invalid_value\)/],
    ["an address that is none", at("compatible", "localhost"), /'localhost'.*\(invalid_base_url\)/],
    ["a server without an address", ["--model-provider", "azure"], /\(invalid_base_url\)/],
    [
      "a model without its provider",
      ["--model", "qwen3:8b"],
      /--model is for a model .*--model-provider.*\(invalid_option\)/,
    ],
    ["a context that is no number", [...at("openai", ""), "--model-context", "8k"], /contextWindow.*tokens/],
  ] as const) {
    it(`is not needed for ${title}`, async () => {
      await using directory = await temporaryDirectory();
      const given = ["--port", "0", "--data", directory.path, "--api-key", "k"];
      const { code, stderr } = await runCli([...given, ...options], environment);
      assert.equal(code, 1);
      assert.match(stderr, sentence);
    });
  }
});
