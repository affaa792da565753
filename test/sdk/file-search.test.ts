/** Questions about documents with the official SDK, from the upload to the citation. */
import assert from "node:assert/strict";
import { toFile } from "openai";
import type { Message } from "openai/resources/beta/threads/messages";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import { createRehearsal } from "../../src/models/rehearsal/rehearsal.ts";
import { POLL, type ServedSdk, serveSdk } from "./served-sdk.ts";

const CODES = "The word 'apple' uses the code 442345, while the word 'banana' uses the code 673457.";
const QUESTION = "Which code does the word banana use?";
const RESULTS = "step_details.tool_calls[*].file_search.results[*].content";

describe("the official SDK: file search", () => {
  let sdk: ServedSdk;
  before(async () => {
    sdk = await serveSdk(createRehearsal({ pace: 0 }));
  });
  after(() => sdk[Symbol.asyncDispose]());

  const newFile = async () => {
    const file = await toFile(Buffer.from(CODES), "codes.txt");
    return (await sdk.client.files.create({ file, purpose: "assistants" })).id;
  };

  /** An assistant that searches, in a vector store of its own where one is named. */
  const newAssistant = (vector_store_ids: string[] = []) =>
    sdk.client.beta.assistants.create({
      model: "rehearsal",
      tools: [{ type: "file_search" }],
      ...(vector_store_ids.length > 0 && { tool_resources: { file_search: { vector_store_ids } } }),
    });

  /** The text of an answer, and the file and place of its first citation. */
  function cited({ content }: Message) {
    const [part] = content;
    assert.ok(part?.type === "text");
    const { value, annotations } = part.text;
    const [citation] = annotations;
    assert.ok(citation?.type === "file_citation", value);
    assert.equal(value.slice(citation.start_index, citation.end_index), citation.text);
    return { value, file_id: citation.file_citation.file_id };
  }

  async function answerOf({ id: run_id, thread_id, status }: Run) {
    assert.equal(status, "completed");
    const { data } = await sdk.client.beta.threads.messages.list(thread_id, { run_id });
    return cited(data[0] ?? assert.fail("no answer"));
  }

  it("answers out of the assistant's vector store, and cites it", async () => {
    const file_id = await newFile();
    const { id: store_id } = await sdk.client.vectorStores.create({ name: "Codes" });
    await sdk.client.vectorStores.files.createAndPoll(store_id, { file_id }, POLL);
    const { id: assistant_id } = await newAssistant([store_id]);
    const { threads } = sdk.client.beta;
    const run = await threads.createAndRunPoll(
      { assistant_id, thread: { messages: [{ role: "user", content: QUESTION }] } },
      POLL,
    );
    const answer = await answerOf(run);
    assert.ok(answer.value.includes("673457"), answer.value);
    assert.equal(answer.file_id, file_id);
  });

  it("answers out of a file that is attached to the message", async () => {
    const file_id = await newFile();
    const { id: assistant_id } = await newAssistant();
    const { threads } = sdk.client.beta;
    const { id: thread_id } = await threads.create();
    const attachments = [{ file_id, tools: [{ type: "file_search" as const }] }];
    await threads.messages.create(thread_id, { role: "user", content: QUESTION, attachments });
    const answer = await answerOf(await threads.runs.createAndPoll(thread_id, { assistant_id }, POLL));
    assert.ok(answer.value.includes("673457"), answer.value);
    assert.equal(answer.file_id, file_id);
    const { tool_resources } = await threads.retrieve(thread_id);
    assert.equal(tool_resources?.file_search?.vector_store_ids?.length, 1);
  });

  it("shows what was found in the step, with its content where that is asked for", async () => {
    const { id: assistant_id } = await newAssistant();
    const { threads } = sdk.client.beta;
    const thread = {
      messages: [{ role: "user" as const, content: QUESTION }],
      tool_resources: { file_search: { vector_stores: [{ file_ids: [await newFile()] }] } },
    };
    const { id: run_id, thread_id } = await threads.createAndRunPoll({ assistant_id, thread }, POLL);
    async function resultsOf(include: [typeof RESULTS] | []) {
      const { data } = await threads.runs.steps.list(run_id, { thread_id, include, order: "asc" });
      const [step] = data;
      assert.ok(step?.step_details.type === "tool_calls");
      const retrieved = await threads.runs.steps.retrieve(step.id, { thread_id, run_id, include });
      assert.deepEqual(retrieved, step);
      const [call] = step.step_details.tool_calls;
      assert.ok(call?.type === "file_search");
      return call.file_search.results?.map(({ file_name, content }) => [file_name, content?.[0]?.text]);
    }
    assert.deepEqual(await resultsOf([RESULTS]), [["codes.txt", CODES]]);
    assert.deepEqual(await resultsOf([]), [["codes.txt", undefined]]);
  });

  it("streams the search, the answer and its citation", async () => {
    const file_id = await newFile();
    const { id: assistant_id } = await newAssistant();
    const { threads } = sdk.client.beta;
    const attachments = [{ file_id, tools: [{ type: "file_search" as const }] }];
    const { id: thread_id } = await threads.create({
      messages: [{ role: "user", content: QUESTION, attachments }],
    });
    const stream = threads.runs.stream(thread_id, { assistant_id });
    const tools: string[] = [];
    let text = "";
    stream.on("toolCallDone", (call) => tools.push(call.type));
    stream.on("textDelta", ({ value }) => {
      text += value ?? "";
    });
    const [message, ...more] = await stream.finalMessages();
    assert.ok(message && more.length === 0);
    const { value, file_id: from } = cited(message);
    assert.deepEqual([tools, from], [["file_search"], file_id]);
    assert.equal(text, value);
    assert.equal((await stream.finalRun()).status, "completed");
  });
});
