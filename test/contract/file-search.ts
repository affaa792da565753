import assert from "node:assert/strict";
import type { Parameters } from "../../src/contract/api.ts";
import type { FileSearchStepCall, Message, Run, Tool } from "../../src/contract/objects.ts";
import { calls, type Script, says } from "../scripted-model.ts";
import { assertRefused, CODES, storeOf, untilIndexed, uploadText } from "./library.ts";
import { atRest } from "./run-progress.ts";
import type { Subject } from "./subject.ts";

const TOOLS: Tool[] = [{ type: "file_search" }];
const INCLUDE: ["step_details.tool_calls[*].file_search.results[*].content"] = [
  "step_details.tool_calls[*].file_search.results[*].content",
];
const MARK = "【0:0†file-0.txt】";
const asking = (query: string) =>
  calls({ name: "file_search", arguments: JSON.stringify({ queries: [query] }) });

export function fileSearchSuite(subject: Subject): void {
  async function answerOf(run: Run): Promise<Message> {
    const { id: run_id, thread_id } = run;
    const ended = await atRest(subject.api, run);
    assert.equal(ended.status, "completed", ended.last_error?.message);
    const { data } = await subject.api.listMessages({ thread_id, run_id });
    return data[0] ?? assert.fail("no answer");
  }

  async function searchOf(
    { id: run_id, thread_id }: Run,
    include: Parameters<"getRunStep">["include"] = INCLUDE,
  ): Promise<FileSearchStepCall> {
    const query = { thread_id, run_id, order: "asc", ...(include ? { include } : {}) } as const;
    const { data } = await subject.api.listRunSteps(query);
    const details = data[0]?.step_details;
    assert.ok(details?.type === "tool_calls");
    const [call] = details.tool_calls;
    assert.ok(call?.type === "file_search");
    return call;
  }

  it("searches the assistant's vector store, and shows what it found", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const { run } = await subject.scene([asking("apple"), says(`It is 442345${MARK}.`)], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const made = await run();
    await answerOf(made);
    const { file_search } = await searchOf(made);
    const [result] = file_search.results ?? [];
    assert.deepEqual([result?.file_name, result?.content], ["file-0.txt", [{ type: "text", text: CODES }]]);
    const { file_search: shown } = await searchOf(made, []);
    assert.deepEqual(shown.ranking_options, { ranker: "auto", score_threshold: 0 });
    assert.equal(shown.results?.[0]?.content, undefined);
  });

  it("tells the model what was found, and with which mark it is cited", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const { run, model } = await subject.scene([asking("apple"), says("Yes")], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    await answerOf(await run());
    const output = model.requests[1]?.items.at(-1);
    assert.ok(output?.type === "tool_output");
    assert.deepEqual(JSON.parse(output.output), { results: [{ text: CODES, mark: MARK }] });
  });

  it("makes citations of the marks, where they stand", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const text = `👍 It is 442345${MARK}, not 【9:9†else】.`;
    const { run } = await subject.scene([asking("apple"), says(text)], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const [part] = (await answerOf(await run())).content;
    assert.ok(part?.type === "text");
    const { value, annotations } = part.text;
    const [citation] = annotations;
    assert.equal(annotations.length, 1);
    assert.ok(citation?.type === "file_citation");
    assert.equal(value.slice(citation.start_index, citation.end_index), MARK);
    assert.match(citation.file_citation.file_id, /^file-/);
  });

  it("makes citations in an answer that was cut off, too", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const cutOff: Script = async function* () {
      yield { type: "text_delta", text: `It is 442345${MARK}` };
      yield { type: "finish", reason: "length" };
    };
    const { run } = await subject.scene([asking("apple"), cutOff], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const { id: run_id, thread_id, status } = await atRest(subject.api, await run());
    const { data } = await subject.api.listMessages({ thread_id, run_id });
    const [part] = data[0]?.content ?? [];
    assert.ok(part?.type === "text");
    assert.deepEqual([status, part.text.annotations.length], ["incomplete", 1]);
  });

  it("takes whatever it is called with for a question", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const inWords = calls({ name: "file_search", arguments: "apple" });
    const { run } = await subject.scene([inWords, inWords, inWords, says("Done")], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const made = await run();
    await answerOf(made);
    assert.equal((await searchOf(made)).file_search.results?.[0]?.content?.[0]?.text, CODES);
  });

  it("lets the model search several times", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const { run } = await subject.scene([asking("pear"), asking("apple"), says("Done【1:0†file-0.txt】")], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const [part] = (await answerOf(await run())).content;
    assert.ok(part?.type === "text" && part.text.annotations.length === 1);
  });

  it("searches beside functions of the flow", async () => {
    const { api } = subject;
    const { id } = await storeOf(api, [CODES]);
    const both = calls({ name: "file_search", arguments: '{"queries":["apple"]}' }, { name: "f" });
    const { run } = await subject.scene([both, says("Done")], {
      tools: [{ type: "file_search" }, { type: "function", function: { name: "f" } }],
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const waiting = await atRest(api, await run());
    const open = waiting.required_action?.submit_tool_outputs.tool_calls ?? [];
    assert.deepEqual(
      open.map((call) => call.function.name),
      ["f"],
    );
    const { id: run_id, thread_id } = waiting;
    const tool_outputs = open.map((call) => ({ tool_call_id: call.id, output: "1" }));
    await answerOf(await api.submitToolOutputsToRun({ run_id, thread_id, tool_outputs }));
    assert.equal((await searchOf(waiting)).file_search.results?.[0]?.content?.[0]?.text, CODES);
  });

  it("puts attached files into a vector store of the thread, which lives for seven days", async () => {
    const { api } = subject;
    const { run, thread_id } = await subject.scene([asking("apple"), says("Done")], { tools: TOOLS });
    const file_id = await uploadText(api, CODES);
    const attachments = [{ file_id, tools: [{ type: "file_search" as const }] }];
    const sent = { role: "user", content: "Look", attachments } as const;
    assert.deepEqual((await api.createMessage({ thread_id, ...sent })).attachments, attachments);
    const { tool_resources } = await api.getThread({ thread_id });
    const [vector_store_id = ""] = tool_resources?.file_search?.vector_store_ids ?? [];
    const store = await api.getVectorStore({ vector_store_id });
    assert.deepEqual(store.expires_after, { anchor: "last_active_at", days: 7 });
    const made = await run();
    await answerOf(made);
    assert.equal((await searchOf(made)).file_search.results?.[0]?.file_id, file_id);
    await api.createMessage({ thread_id, ...sent });
    const again = await api.getThread({ thread_id });
    assert.deepEqual(again.tool_resources, tool_resources);
  });

  it("makes a vector store with a thread and with an assistant", async () => {
    const { api } = subject;
    const file_ids = [await uploadText(api, CODES)];
    const tool_resources = { file_search: { vector_stores: [{ file_ids }] } };
    const thread = await api.createThread({ tool_resources });
    const assistant = await api.createAssistant({ model: "m", tools: TOOLS, tool_resources });
    const days = await Promise.all(
      [thread, assistant].map(async (made) => {
        const [vector_store_id = ""] = made.tool_resources?.file_search?.vector_store_ids ?? [];
        const { file_counts, expires_after } = await untilIndexed(api, vector_store_id);
        return [file_counts.completed, expires_after?.days];
      }),
    );
    assert.deepEqual(days, [
      [1, 7],
      [1, undefined],
    ]);
  });

  it("refuses a vector store that is not there", async () => {
    const tool_resources = { file_search: { vector_store_ids: ["vs_none"] } };
    await assertRefused(subject.api.createThread({ tool_resources }), "vector_store_not_found");
  });

  it("refuses an attachment that is not there, and writes no message", async () => {
    const { api } = subject;
    const { thread_id } = await subject.scene();
    const attachments = [{ file_id: "file-none", tools: [{ type: "file_search" as const }] }];
    const sending = api.createMessage({ thread_id, role: "user", content: "Look", attachments });
    await assertRefused(sending, "file_not_found");
    assert.equal((await api.listMessages({ thread_id })).data.length, 1);
  });

  it("tells readers what was found only where they ask for it, in deltas and in the step", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const told = async (include: typeof INCLUDE | undefined) => {
      const { assistant, thread_id } = await subject.scene([asking("apple"), says("Yes")], {
        tools: TOOLS,
        tool_resources: { file_search: { vector_store_ids: [id] } },
      });
      const asked = { thread_id, assistant_id: assistant.id, ...(include ? { include } : {}) };
      const contents: unknown[] = [];
      for await (const { event, data } of subject.api.streamRun(asked)) {
        const ofStep = event === "thread.run.step.completed" ? data.step_details : undefined;
        const details = event === "thread.run.step.delta" ? data.delta.step_details : ofStep;
        if (details?.type !== "tool_calls") continue;
        for (const call of details.tool_calls) {
          if (call.type === "file_search") contents.push(call.file_search.results?.[0]?.content);
        }
      }
      return contents;
    };
    const content = [{ type: "text", text: CODES }];
    assert.deepEqual(await told(INCLUDE), [content, content]);
    assert.deepEqual(await told(undefined), [undefined, undefined]);
  });

  it("finds a file once that is in two of the run's vector stores", async () => {
    const { api } = subject;
    const { id } = await storeOf(api, [CODES]);
    const [file] = (await api.listVectorStoreFiles({ vector_store_id: id })).data;
    const { assistant, thread_id } = await subject.scene([asking("apple"), says("Yes")], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const attachments = [{ file_id: file?.id ?? "", tools: [{ type: "file_search" as const }] }];
    await api.createMessage({ thread_id, role: "user", content: "Which code?", attachments });
    const made = await api.createRun({ thread_id, assistant_id: assistant.id });
    await answerOf(made);
    assert.equal((await searchOf(made)).file_search.results?.length, 1);
  });

  it("tells readers of the search and of the citations", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    const { assistant, thread_id } = await subject.scene([asking("apple"), says(`442345${MARK}`)], {
      tools: TOOLS,
      tool_resources: { file_search: { vector_store_ids: [id] } },
    });
    const cited: unknown[] = [];
    const searched: string[] = [];
    for await (const { event, data } of subject.api.streamRun({ thread_id, assistant_id: assistant.id })) {
      if (event === "thread.run.step.delta") {
        searched.push(...data.delta.step_details.tool_calls.map(({ type }) => type));
      }
      if (event === "thread.message.delta") {
        cited.push(...data.delta.content.flatMap(({ text }) => text.annotations));
      }
    }
    assert.deepEqual(searched, ["file_search"]);
    assert.equal(cited.length, 1);
  });
}
