/** One client of the service: it works at random until the service dies, and notes what was acknowledged. */
import type { AssistantsApi } from "../../src/contract/api.ts";
import { ContractError } from "../../src/contract/errors.ts";
import type { FunctionTool, Run } from "../../src/contract/objects.ts";
import type { Choices } from "./choices.ts";
import { change, remove } from "./doubtful-changes.ts";
import { uploadFile } from "./file-client.ts";
import type { Ledger } from "./ledger.ts";
import { changeMessage, changeRun, deleteMessage } from "./thread-changes.ts";
import { workAtRandom } from "./work-until-killed.ts";

/** More threads than this would only make the checks long. */
const MAX_THREADS = 8;

const MAX_PAUSE_MS = 12;

/** Two rounds: the number of a guest's room is needed before anybody can be sent there. */
const TOOLS: FunctionTool[] = [
  {
    type: "function",
    function: { name: "find_room", description: "Finds the room of the guest.", parameters: {} },
  },
  {
    type: "function",
    function: {
      name: "send_towels",
      description: "Sends towels to the room of a guest.",
      parameters: { type: "object", properties: { room: { type: "string" } }, required: ["room"] },
    },
  },
];

const QUESTION = "Please send towels to the room of our guest.";

/** What an operation may answer when others change the same thread; a 404 is judged by the ledger. */
const CONFLICTS = [
  "thread_locked",
  "thread_has_active_run",
  "run_not_cancellable",
  "run_not_accepting_outputs",
  "tool_outputs_mismatch",
];

interface NewRun {
  thread_id: string;
  assistant_id: string;
  metadata: { tag: string };
  additional_messages: { role: "user"; content: string; metadata: { tag: string } }[];
}

export class Client {
  readonly #api: AssistantsApi;
  readonly #ledger: Ledger;
  readonly #choices: Choices;
  /** Only who made an object changes or deletes it, so that it is known what it looks like afterwards. */
  readonly #own: Set<string>;

  constructor(api: AssistantsApi, ledger: Ledger, choices: Choices, own: Set<string>) {
    this.#api = api;
    this.#ledger = ledger;
    this.#choices = choices;
    this.#own = own;
  }

  /**
   * Rejects when the service answers what it must not; fulfilled when it is gone.
   * @param onDone told of each operation that was answered
   */
  async work(onDone: () => void): Promise<void> {
    const operations = [
      this.#createAssistant,
      this.#updateAssistant,
      this.#deleteAssistant,
      this.#createThread,
      this.#updateThread,
      this.#deleteThread,
      this.#createMessage,
      this.#createMessage,
      () => changeMessage(this.#api, this.#ledger, this.#choices, this.#own),
      () => deleteMessage(this.#api, this.#ledger, this.#choices, this.#own),
      () => changeRun(this.#api, this.#ledger, this.#choices, this.#own),
      this.#createFile,
      this.#deleteFile,
      this.#createRun,
      this.#createRun,
      this.#streamRun,
      this.#createThreadAndRun,
      this.#cancelRun,
      this.#readRun,
      this.#readRun,
    ];
    const bound = operations.map((operation) => () => operation.call(this));
    await workAtRandom(bound, this.#choices, MAX_PAUSE_MS, onDone);
  }

  /** What the operation answers; null where it was refused for a good reason. */
  async #ask<T>(call: Promise<T>, ...needed: string[]): Promise<T | null> {
    try {
      return await call;
    } catch (error) {
      if (!(error instanceof ContractError)) throw error;
      if (CONFLICTS.includes(error.code)) return null;
      if (error.status === 404 && needed.some((id) => !this.#ledger.mustBeThere(id))) return null;
      throw error;
    }
  }

  #question() {
    const metadata = { tag: this.#ledger.newTag() };
    const content = this.#choices.oneIn(3) ? `${QUESTION} ${"Soon! ".repeat(60)}` : QUESTION;
    return { role: "user" as const, content, metadata };
  }

  async #createAssistant(): Promise<void> {
    const tag = this.#ledger.newTag();
    const tools = this.#choices.oneIn(3) ? [] : TOOLS;
    const assistant = await this.#api.createAssistant({ model: "rehearsal", tools, metadata: { tag } });
    this.#own.add(assistant.id);
    this.#ledger.sawAssistant(assistant);
  }

  async #updateAssistant(): Promise<void> {
    const id = this.#choices.pick(this.#ledger.livingAssistants().filter((one) => this.#own.has(one)));
    const name = `name ${this.#choices.below(1e6)}`;
    if (id === undefined) return;
    const update = () => this.#api.updateAssistant({ assistant_id: id, name });
    await change(this.#ledger.assistants.get(id), (now) => ({ ...now, name }), update);
  }

  async #deleteAssistant(): Promise<void> {
    const own = this.#ledger.livingAssistants().filter((one) => this.#own.has(one));
    if (own.length < 3) return;
    await remove(this.#ledger.assistants, own[0], (id) => this.#api.deleteAssistant({ assistant_id: id }));
  }

  async #createFile(): Promise<void> {
    this.#own.add(await uploadFile(this.#api, this.#ledger, this.#choices));
  }

  async #deleteFile(): Promise<void> {
    const own = this.#ledger.livingFiles().filter((one) => this.#own.has(one));
    if (own.length < 2) return;
    await remove(this.#ledger.files, this.#choices.pick(own), (file_id) => this.#api.deleteFile({ file_id }));
  }

  async #createThread(): Promise<void> {
    if (this.#ledger.livingThreads().length >= MAX_THREADS) return;
    const tag = this.#ledger.newTag();
    const messages = Array.from({ length: this.#choices.below(3) }, () => this.#question());
    const thread = await this.#api.createThread({ messages, metadata: { tag } });
    this.#own.add(thread.id);
    this.#ledger.promise(thread.id, messages);
    this.#ledger.sawThread(thread);
  }

  async #updateThread(): Promise<void> {
    const id = this.#choices.pick(this.#ledger.livingThreads().filter((one) => this.#own.has(one)));
    const known = id === undefined ? undefined : this.#ledger.threads.get(id);
    const shown = known?.versions[0];
    if (!shown) return;
    const metadata = { ...shown.metadata, changed: String(this.#choices.below(1e6)) };
    const update = () => this.#api.updateThread({ thread_id: shown.id, metadata });
    await change(known, (now) => ({ ...now, metadata }), update);
  }

  async #deleteThread(): Promise<void> {
    const own = this.#ledger.livingThreads().filter((one) => this.#own.has(one));
    if (own.length < 2) return;
    const id = this.#choices.pick(own);
    await remove(this.#ledger.threads, id, (thread_id) => this.#api.deleteThread({ thread_id }));
  }

  async #createMessage(): Promise<void> {
    const thread_id = this.#choices.pick(this.#ledger.livingThreads());
    if (thread_id === undefined) return;
    const question = this.#question();
    const message = await this.#ask(this.#api.createMessage({ thread_id, ...question }), thread_id);
    if (message) {
      this.#own.add(message.id);
      this.#ledger.sawMessage(message);
    } else this.#ledger.refused.add(question.metadata.tag);
  }

  #newRun(): NewRun | null {
    const thread_id = this.#choices.pick(this.#ledger.livingThreads());
    const assistant_id = this.#choices.pick(this.#ledger.livingAssistants());
    if (thread_id === undefined || assistant_id === undefined) return null;
    const additional_messages = [this.#question()];
    return { thread_id, assistant_id, metadata: { tag: this.#ledger.newTag() }, additional_messages };
  }

  #begun(run: Run, request: NewRun): void {
    this.#own.add(run.id);
    this.#ledger.sawRun(run);
    this.#ledger.promise(run.thread_id, request.additional_messages);
  }

  #notBegun(request: NewRun): void {
    for (const { metadata } of [request, ...request.additional_messages])
      this.#ledger.refused.add(metadata.tag);
  }

  async #createRun(): Promise<void> {
    const request = this.#newRun();
    if (!request) return;
    const run = await this.#ask(this.#api.createRun(request), request.thread_id, request.assistant_id);
    if (run) this.#begun(run, request);
    else this.#notBegun(request);
  }

  async #streamRun(): Promise<void> {
    const request = this.#newRun();
    if (!request) return;
    let begun = false;
    const read = async () => {
      for await (const { data } of this.#api.streamRun(request)) {
        if (data.object !== "thread.run") continue;
        begun = true;
        this.#begun(data, request);
      }
    };
    // It is also refused in its midst, where its thread is deleted.
    await this.#ask(read(), request.thread_id, request.assistant_id);
    if (!begun) this.#notBegun(request);
  }

  async #createThreadAndRun(): Promise<void> {
    const assistant_id = this.#choices.pick(this.#ledger.livingAssistants());
    if (assistant_id === undefined || this.#ledger.livingThreads().length >= MAX_THREADS) return;
    const messages = [this.#question()];
    const thread = { metadata: { tag: this.#ledger.newTag() }, messages };
    const request = { assistant_id, metadata: { tag: this.#ledger.newTag() }, thread };
    const run = await this.#ask(this.#api.createThreadAndRun(request), assistant_id);
    if (!run) return;
    this.#own.add(run.thread_id);
    this.#ledger.sawThreadOf(run);
    this.#ledger.sawRun(run);
    this.#ledger.promise(run.thread_id, messages);
  }

  /** A run that may still be under way. */
  #someRun(): Run | undefined {
    const open = [...this.#ledger.runs.values()].filter(
      ({ ended, run }) => !ended && this.#ledger.mustBeThere(run.thread_id),
    );
    return this.#choices.pick(open)?.run;
  }

  async #cancelRun(): Promise<void> {
    const chosen = this.#someRun();
    if (!chosen || !this.#choices.oneIn(3)) return;
    const { id: run_id, thread_id } = chosen;
    const run = await this.#ask(this.#api.cancelRun({ thread_id, run_id }), thread_id);
    const known = this.#ledger.runs.get(run_id);
    if (run && known) known.cancelled = true;
  }

  /** And answers its calls where it waits for outputs. */
  async #readRun(): Promise<void> {
    const chosen = this.#someRun();
    if (!chosen) return;
    const { id: run_id, thread_id } = chosen;
    const run = await this.#ask(this.#api.getRun({ thread_id, run_id }), thread_id);
    if (!run) return;
    this.#ledger.sawRun(run);
    if (run.status === "requires_action")
      await this.#ask(answerCalls(this.#api, this.#ledger, run), thread_id);
  }
}

/** Gives each call an output of its own, and notes that they were taken. */
export async function answerCalls(api: AssistantsApi, ledger: Ledger, run: Run): Promise<Run> {
  const { id: run_id, thread_id } = run;
  const calls = run.required_action?.submit_tool_outputs.tool_calls ?? [];
  const tool_outputs = calls.map(({ id }) => ({ tool_call_id: id, output: `output of ${id}` }));
  const answered = await api.submitToolOutputsToRun({ thread_id, run_id, tool_outputs });
  ledger.tookOutputs(run_id, tool_outputs);
  return answered;
}
