/** One flow in one cell: what a test may do with it, and what came of it. */

import { isOver } from "../../../nodes/questions/run-rest.ts";
import type { AssistantsApi } from "../../../src/contract/api.ts";
import type { Backend } from "./backends.ts";
import type { NodeRedProcess } from "./node-red-process.ts";
import type { BegunRun } from "./observed-api.ts";
import type { DeployKind, FlowNode, Report, SeenMessage } from "./protocol.ts";

const LIMIT_MS = 30_000;
const POLL_MS = 10;
/** Of what has come, when it was not what was waited for: characters that anybody reads. */
const DESCRIBED = 4000;
/** Before the key of a text that the editor puts into words. */
const OUR_STATUS = /^.*:runtime\.status\./;

export class Scenario {
  /** What came to each debug node, by its name, in order. */
  readonly boxes: Record<string, SeenMessage[]> = {};
  /** The question of each model call. */
  readonly asked: string[] = [];
  /** What Node-RED logged, from warnings upwards. */
  readonly logged: string[] = [];
  /** The last status of each node, by its name or id; of our nodes the text's key. */
  readonly statuses: Record<string, string> = {};
  readonly runs: BegunRun[] = [];
  readonly #nodeRed: NodeRedProcess;
  readonly #backend: Backend;
  #change = Promise.withResolvers<void>();

  constructor(nodeRed: NodeRedProcess, backend: Backend) {
    this.#nodeRed = nodeRed;
    this.#backend = backend;
  }

  /** The service, past the flow. */
  get api(): AssistantsApi {
    return this.#backend.api(this.#nodeRed);
  }

  /** Where the flow's http in nodes are. */
  get url(): string {
    return this.#nodeRed.url;
  }

  take(report: Report): void {
    if (report.tells === "arrived") {
      this.boxes[report.box] ??= [];
      this.boxes[report.box]?.push(report.msg);
    } else if (report.tells === "asked") this.asked.push(report.question);
    else if (report.tells === "begun") this.runs.push(report.run);
    else if (report.tells === "logged") this.logged.push(report.text);
    else if (report.tells === "status") this.statuses[report.node] = report.text.replace(OUR_STATUS, "");
    this.#change.resolve();
    this.#change = Promise.withResolvers();
  }

  /** As the Deploy button; "full" is what a scenario begins with. */
  deploy(flow: FlowNode[], kind: DeployKind = "full"): Promise<void> {
    const configured = this.#backend.configure(flow);
    // As the editor does: a node that comes with its credentials has changed.
    const sent = kind === "full" ? configured : configured.map(({ credentials, ...node }) => node);
    return this.#nodeRed.order({ does: "deploy", flow: sent, kind });
  }

  /** Presses the button of an inject node. */
  press(name: string): Promise<void> {
    return this.send(name, {});
  }

  /** Gives a node a message, found by its name or id. */
  send(node: string, msg: SeenMessage): Promise<void> {
    return this.#nodeRed.order({ does: "receive", node, msg });
  }

  /** `kill -9`. What has come so far stays in the boxes. */
  kill(): Promise<void> {
    return this.#nodeRed.kill();
  }

  /** Starts Node-RED again on the same user directory; its flow starts with it. */
  start(): Promise<void> {
    return this.#nodeRed.start();
  }

  /** Fulfilled when so many messages have come to a debug node; with the last of them. */
  async arrived(box: string, count = 1, limit = LIMIT_MS): Promise<SeenMessage> {
    await this.until(`${count} in "${box}"`, () => this.#in(box).length >= count, limit);
    return this.#in(box)[count - 1] ?? {};
  }

  /** Fulfilled when the model has been called so often. */
  modelCalled(count = 1): Promise<void> {
    return this.until(`${count} model calls`, () => this.asked.length >= count);
  }

  /** Fulfilled when a node shows this status. */
  shows(node: string, text: string): Promise<void> {
    return this.until(`the status "${text}" of "${node}"`, () => this.statuses[node] === text);
  }

  /** Fulfilled when something that is told has become true. */
  async until(what: string, isTrue: () => boolean, limit = LIMIT_MS): Promise<void> {
    const late = Promise.withResolvers<never>();
    const timer = setTimeout(() => {
      const sentence = `Waited in vain for ${what}; there are ${this.#counts()}.`;
      late.reject(new Error(`${sentence}\n${this.#describe()}`));
    }, limit);
    try {
      while (!isTrue()) await Promise.race([this.#change.promise, late.promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  /** Fulfilled when no run is active, no message is on its way, and no question is noted for the next start. */
  async over(): Promise<void> {
    await this.#nodeRed.order({ does: "settle" });
    const deadline = Date.now() + LIMIT_MS;
    for (;;) {
      const known = this.runs.length;
      const active = await this.#activeRuns();
      await this.#nodeRed.order({ does: "settle" });
      const open = this.#nodeRed.openQuestions();
      if (active.length === 0 && known === this.runs.length && open === 0) return;
      if (Date.now() > deadline) {
        const left = `${open} open questions, active runs: ${active.join(", ") || "none"}`;
        throw new Error(`Not over: ${left}\n${this.#describe()}`);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The bytes of Node-RED's heap that are in use. */
  heapInUse(): Promise<number> {
    return this.#nodeRed.order({ does: "measure" });
  }

  async #activeRuns(): Promise<string[]> {
    const runs = await Promise.all(this.runs.map((run) => this.api.getRun(run)));
    return runs.filter((run) => !isOver(run)).map(({ id, status }) => `${id} ${status}`);
  }

  #counts(): string {
    return Object.entries(this.boxes)
      .map(([box, { length }]) => `${length} in "${box}"`)
      .join(", ");
  }

  #in(box: string): SeenMessage[] {
    return this.boxes[box] ?? [];
  }

  #describe(): string {
    const { boxes, asked, logged, statuses } = this;
    const seen = Object.entries(boxes).map(([box, msgs]) => [
      box,
      msgs.map(({ payload, error }) => error ?? payload),
    ]);
    const all = JSON.stringify({ boxes: Object.fromEntries(seen), asked, logged, statuses }, null, 1);
    return all.slice(0, DESCRIBED);
  }
}
