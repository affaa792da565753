/** The error classes of the official SDK. */
import assert from "node:assert/strict";
import OpenAI, { APIUserAbortError, AuthenticationError, BadRequestError, NotFoundError } from "openai";
import { calls, hangs } from "../scripted-model.ts";
import { functionTool, POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

/** The error that a call rejects with, which must be of that class. */
async function rejected<
  Class extends typeof NotFoundError | typeof BadRequestError | typeof AuthenticationError,
>(call: Promise<unknown>, expected: Class) {
  const error = await call.then(
    () => null,
    (reason: unknown) => reason,
  );
  assert.ok(error instanceof expected, `${expected.name}, not ${String(error)}`);
  const { status, code, param, type, message, requestID } = error;
  assert.match(String(requestID), /^req_/);
  return { status, code, param, type, message };
}

describe("the official SDK: errors", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk();
  });
  after(() => sdk[Symbol.asyncDispose]());

  it("throws NotFoundError for what is not there", async () => {
    const call = sdk.client.beta.assistants.retrieve("asst_none");
    assert.deepEqual(await rejected(call, NotFoundError), {
      status: 404,
      code: null,
      param: null,
      type: "invalid_request_error",
      message: "404 No assistant found with id 'asst_none'.",
    });
  });

  it("throws BadRequestError that names the parameter", async () => {
    const call = sdk.client.beta.assistants.create({ model: "m", temperature: 3 });
    const { status, code, param, type } = await rejected(call, BadRequestError);
    assert.deepEqual(
      { status, code, param, type },
      { status: 400, code: "invalid_value", param: "temperature", type: "invalid_request_error" },
    );
  });

  it("throws BadRequestError for a message on a thread whose run is active", async () => {
    const { assistant, thread_id } = await sdk.scene([calls({ name: "f" })], { tools: [functionTool("f")] });
    const { runs, messages } = sdk.client.beta.threads;
    const run = await runs.createAndPoll(thread_id, { assistant_id: assistant.id }, POLL);
    const call = messages.create(thread_id, { role: "user", content: "And?" });
    const { message } = await rejected(call, BadRequestError);
    assert.equal(message, `400 Can't add messages to ${thread_id} while a run ${run.id} is active.`);
  });

  it("throws AuthenticationError for a wrong key", async () => {
    const stranger = new OpenAI({ apiKey: "wrong", baseURL: sdk.baseURL, maxRetries: 0 });
    const { status, code } = await rejected(stranger.beta.threads.create(), AuthenticationError);
    assert.deepEqual([status, code], [401, "invalid_api_key"]);
  });

  it("throws the error of a stream that is refused", async () => {
    const { assistant } = await sdk.scene();
    const stream = sdk.client.beta.threads.runs.stream("thread_none", { assistant_id: assistant.id });
    const { message } = await rejected(stream.finalRun(), NotFoundError);
    assert.equal(message, "404 No thread found with id 'thread_none'.");
  });

  it("throws APIUserAbortError for a call that the program gives up", async () => {
    const { script } = hangs();
    const { assistant, thread_id } = await sdk.scene([script]);
    const giveUp = new AbortController();
    const { runs } = sdk.client.beta.threads;
    const { signal } = giveUp;
    const polling = runs.createAndPoll(thread_id, { assistant_id: assistant.id }, { ...POLL, signal });
    giveUp.abort();
    await assert.rejects(polling, APIUserAbortError);
  });
});
