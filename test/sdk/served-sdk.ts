/** The official SDK, unmodified, on a service with a real HTTP server and models that say what a test wants. */
import assert from "node:assert/strict";
import OpenAI from "openai";
import type { Assistant, AssistantCreateParams } from "openai/resources/beta/assistants";
import type { Run } from "openai/resources/beta/threads/runs/runs";
import type { Model } from "../../src/models/model.ts";
import { judge } from "../conformance/judge.ts";
import { startJudgingProxy } from "../conformance/judging-proxy.ts";
import { openServed } from "../contract/implementations.ts";
import { ModelsByName } from "../contract/subject.ts";
import { type Script, says } from "../scripted-model.ts";

type Fields = Omit<AssistantCreateParams, "model">;

export interface ServedSdk extends AsyncDisposable {
  readonly client: OpenAI;
  readonly baseURL: string;
  readonly apiKey: string;
  /** An assistant whose model answers with the scripts in turn, and a thread on which a user has said "Hello". */
  scene(scripts?: Script[], fields?: Fields): Promise<{ assistant: Assistant; thread_id: string }>;
}

/**
 * Closed with the test's scope; fails then if anything unexpected was reported, or the judge has found something.
 * @param model answers in the place of the scenes' models
 */
export async function serveSdk(model?: Model): Promise<ServedSdk> {
  const models = new ModelsByName();
  const served = await openServed(model ?? models);
  const proxy = judge && (await startJudgingProxy(served.url, judge));
  const { apiKey } = served;
  const baseURL = `${proxy?.url ?? served.url}/v1`;
  const client = new OpenAI({ apiKey, baseURL, maxRetries: 0 });
  const scene = async (scripts: Script[] = [says("Hi")], fields: Fields = {}) => {
    const { name } = models.add(...scripts);
    const assistant = await client.beta.assistants.create({ model: name, ...fields });
    const thread = await client.beta.threads.create({ messages: [{ role: "user", content: "Hello" }] });
    return { assistant, thread_id: thread.id };
  };
  const close = async () => {
    await proxy?.[Symbol.asyncDispose]();
    await served[Symbol.asyncDispose]();
    assert.deepEqual([...served.reported, ...(judge?.takeComplaints() ?? [])], []);
  };
  return { client, baseURL, apiKey, scene, [Symbol.asyncDispose]: close };
}

/** Milliseconds between two questions of the SDK's polling, where a test does not leave them to the service. */
export const POLL = { pollIntervalMs: 5 };

export const functionTool = (name: string) => ({ type: "function" as const, function: { name } });

/** An output "1" for each call that a run waits for. */
export function outputsFor({ required_action }: Run) {
  const calls = required_action?.submit_tool_outputs.tool_calls ?? [];
  return calls.map(({ id }) => ({ tool_call_id: id, output: "1" }));
}
