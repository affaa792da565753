import assert from "node:assert/strict";
import registerFunction from "@node-red/nodes/core/function/10-function.js";
import contextStores from "@node-red/runtime/lib/nodes/context/index.js";
import type { NodeAPI, NodeMessage, NodeStatus } from "node-red";
import helper, { type LoggedEvent, type RunningNode } from "node-red-node-test-helper";
import registerConfig from "../../nodes/config.ts";
import registerCreateAssistant from "../../nodes/create-assistant.ts";
import registerMessage from "../../nodes/message.ts";
import registerRun from "../../nodes/run.ts";
import { acquire, type SharedService } from "../../nodes/shared/implementations.ts";
import { builtInSettings } from "../../nodes/shared/service-settings.ts";
import type { Share } from "../../nodes/shared/shared.ts";
import registerThread from "../../nodes/thread.ts";
import registerToolCall from "../../nodes/tool-call.ts";
import registerUploadFile from "../../nodes/upload-file.ts";
import registerVectorStore from "../../nodes/vector-store.ts";
import { Inbox } from "./inbox.ts";
import { type FlowNode, TAB, tab } from "./node-fields.ts";
import { temporaryDirectory } from "./temporary-directory.ts";

const registers = [
  registerConfig,
  registerCreateAssistant,
  registerMessage,
  registerRun,
  registerThread,
  registerToolCall,
  registerUploadFile,
  registerVectorStore,
  registerFunction,
];

export type Credentials = Record<string, Record<string, string>>;

export interface Logged {
  /** What the flow's nodes have warned of. */
  warnings: LoggedEvent[];
  /** Everything, the runtime's own included. */
  all: LoggedEvent[];
}

export interface RunningFlow extends AsyncDisposable {
  /** The runtime as the nodes see it. */
  RED: NodeAPI;
  node(id: string): RunningNode;
  send(id: string, msg: NodeMessage): void;
  inbox(id: string): Inbox;
  /** The statuses that a node has shown since, oldest first; grows. */
  statuses(id: string): NodeStatus[];
  logged(): Logged;
  /** The built-in service, shared with the flow. */
  lease(): Promise<Share<SharedService>>;
  /** Deploys changed nodes only. */
  deploy(nodes: FlowNode[]): Promise<void>;
}

interface FlowOptions {
  credentials?: Credentials;
  /** Fields of the tab that holds the nodes. */
  tab?: object;
  /** One of its own, unless a test wants to see what is in it afterwards. */
  userDir?: string;
  /** More of Node-RED's settings. */
  settings?: object;
  /** Node-RED's context stores, as its settings name them. */
  contextStorage?: object;
  /** Registers nodes beside those of every test. */
  types?: ((RED: NodeAPI) => unknown)[];
}

const WARN = 30;

/** Starts a flow in a Node-RED of this process; there is one at a time. Every type must be known. */
export async function runFlow(nodes: FlowNode[], options: FlowOptions = {}): Promise<RunningFlow> {
  const seen: NodeAPI[] = [];
  const credentials = options.credentials ?? {};
  const whole = (own: FlowNode[]) => [tab(options.tab), ...own];
  const ownDir = await temporaryDirectory();
  const userDir = options.userDir ?? ownDir.path;
  helper.settings({ ...options.settings, userDir, contextStorage: options.contextStorage });
  await helper.load(
    [(RED) => void seen.push(RED), ...registers, ...(options.types ?? [])],
    whole(nodes),
    credentials,
  );
  const [RED] = seen;
  assert.ok(RED);
  // The helper leaves this out: without it every context is in memory.
  if (options.contextStorage) await contextStores.load();

  const node = (id: string): RunningNode => {
    const found = helper.getNode(id);
    assert.ok(found, `There is no node ${id}.`);
    return found;
  };
  // A type that is not known is left out without a word.
  for (const { id, z, type } of nodes) if (z === TAB || type === "assistants-config") node(id);
  const inboxes = new Map<string, Inbox>();
  const open = (own: FlowNode[]) => {
    inboxes.clear();
    for (const { id, type } of own) if (type === "helper") inboxes.set(id, new Inbox(node(id)));
  };
  open(nodes);

  return {
    RED,
    node,
    send: (id, msg) => node(id).receive(msg),
    inbox(id) {
      const found = inboxes.get(id);
      assert.ok(found, `There is no inbox ${id}.`);
      return found;
    },
    statuses(id) {
      const shown: NodeStatus[] = [];
      node(id).on("call:status", (call) => shown.push(call.args[0]));
      return shown;
    },
    logged() {
      const all = helper.log().args.flat();
      return { all, warnings: all.filter(({ level, id }) => level === WARN && id !== undefined) };
    },
    lease: () => acquire(builtInSettings(RED)),
    async deploy(changed) {
      await helper.setFlows(whole(changed), "nodes", credentials);
      // Inboxes that did not change are still the nodes they were.
      for (const { id, type } of changed) {
        if (type === "helper" && !inboxes.has(id)) inboxes.set(id, new Inbox(node(id)));
      }
    },
    async [Symbol.asyncDispose]() {
      await helper.unload();
      if (options.contextStorage) await contextStores.close();
      await ownDir[Symbol.asyncDispose]();
    },
  };
}
