/** What the suites work with: one open implementation, shared by tests that do not see each other. */
import assert from "node:assert/strict";
import type { AssistantsApi, Parameters } from "../../src/contract/api.ts";
import type { Assistant, Run, Tool } from "../../src/contract/objects.ts";
import type { Model, ModelEvent, ModelRequest } from "../../src/models/model.ts";
import { type Script, ScriptedModel, says } from "../scripted-model.ts";
import type { Implementation, OpenApi } from "./implementations.ts";

/** A model for each test, told apart by the model's name, so that no test hears another's script. */
export class ModelsByName implements Model {
  readonly #models = new Map<string, ScriptedModel>();

  /** A model that answers under a name of its own. */
  add(...scripts: Script[]): { name: string; model: ScriptedModel } {
    const name = `model-${this.#models.size + 1}`;
    const model = new ScriptedModel(...scripts);
    this.#models.set(name, model);
    return { name, model };
  }

  generate(request: ModelRequest, signal: AbortSignal): AsyncIterable<ModelEvent> {
    const model = this.#models.get(request.model);
    if (!model) throw new Error(`No test has a model ${request.model}.`);
    return model.generate(request, signal);
  }
}

/** An assistant with its own scripted model, and a thread on which a user has said "Hello". */
export interface Scene {
  assistant: Assistant;
  model: ScriptedModel;
  thread_id: string;
  /** Starts a run of the assistant on the thread. */
  run(fields?: Partial<Parameters<"createRun">>): Promise<Run>;
}

export class Subject {
  readonly implementation: Implementation;
  readonly models = new ModelsByName();
  #opened: OpenApi | null = null;

  constructor(implementation: Implementation) {
    this.implementation = implementation;
  }

  get api(): AssistantsApi {
    assert.ok(this.#opened, "the subject is not open");
    return this.#opened.api;
  }

  async open(): Promise<void> {
    this.#opened = await this.implementation.open(this.models);
  }

  /** Fails if anything unexpected was reported while the tests ran. */
  async close(): Promise<void> {
    const reported = this.#opened?.reported ?? [];
    await this.#opened?.[Symbol.asyncDispose]();
    assert.deepEqual(reported, []);
  }

  /** A scene whose model answers with the scripts in turn, and "Hi" where there are none. */
  async scene(
    scripts: Script[] = [says("Hi")],
    fields: Partial<Parameters<"createAssistant">> = {},
  ): Promise<Scene> {
    const { name, model } = this.models.add(...scripts);
    const { api } = this;
    const assistant = await api.createAssistant({ model: name, ...fields });
    const { id: thread_id } = await api.createThread({ messages: [{ role: "user", content: "Hello" }] });
    const run: Scene["run"] = (more) => api.createRun({ thread_id, assistant_id: assistant.id, ...more });
    return { assistant, model, thread_id, run };
  }
}

/** A suite of tests that holds for every implementation. */
export type Suite = (subject: Subject) => void;

/** Tools that only have a name. */
export function functionTools(...names: string[]): Tool[] {
  return names.map((name) => ({ type: "function", function: { name } }));
}
