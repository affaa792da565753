/** The messages that carry tool calls into the flow, and what comes back in them. Pure but for the clone. */
import { isDeepStrictEqual } from "node:util";
import type { NodeAPI, NodeMessage } from "node-red";
import type { RunToolCall } from "../../src/contract/objects.ts";
import type { ToolAnswer } from "./pending-call.ts";

/** What stands in `msg.toolCall`: which call a message is about, and whose. */
export interface ToolCall {
  id: string;
  function: string;
  arguments: unknown;
  run_id: string;
  thread_id: string;
  /** The id of the run node that the answer belongs to. */
  node: string;
  /** Counts the steps of a run that called the flow, from 1. */
  round: number;
  /** The outer call, where this run answers one. */
  parent?: unknown;
}

/** Of the question's message; the call must not look like another question on the same thread. */
const LEFT_OUT = ["thread", "assistant", "run", "message", "messages", "toolOutputs", "error", "cancel"];

/** The arguments as the flow uses them; as the model wrote them where they are not JSON. */
export function parseArguments(written: string): unknown {
  if (written.trim() === "") return {};
  try {
    return JSON.parse(written);
  } catch {
    return written;
  }
}

/** The message for one call: a copy of the question's, so that what was in it is at hand in the tools as well. */
export function toolMessage(
  RED: NodeAPI,
  question: NodeMessage,
  call: RunToolCall,
  about: Pick<ToolCall, "run_id" | "thread_id" | "node" | "round">,
): NodeMessage & { _msgid: string; toolCall: ToolCall } {
  const kept = Object.entries(question).filter(([name]) => !LEFT_OUT.includes(name));
  const copy: NodeMessage = RED.util.cloneMessage(Object.fromEntries(kept));
  const given = parseArguments(call.function.arguments);
  const { toolCall: parent, ...rest } = copy;
  return {
    ...rest,
    _msgid: RED.util.generateId(),
    topic: call.function.name,
    payload: given,
    toolCall: {
      id: call.id,
      function: call.function.name,
      // A copy of its own: the flow may change its payload.
      arguments: parseArguments(call.function.arguments),
      ...about,
      ...(parent === undefined ? {} : { parent }),
    },
  };
}

/** What of `msg.toolCall` tells whose answer a message is; null where there is no such thing. */
export function calledBy(msg: NodeMessage): Pick<ToolCall, "id" | "run_id" | "node" | "round"> | null {
  const call = msg["toolCall"];
  if (typeof call !== "object" || call === null) return null;
  if (!("id" in call && "run_id" in call && "node" in call && "round" in call)) return null;
  return {
    id: String(call.id),
    run_id: String(call.run_id),
    node: String(call.node),
    round: Number(call.round),
  };
}

/**
 * What a message answers: the error that Catch has put into it, unless the flow has put a result of its own into
 * the payload, else the payload.
 */
export function toolAnswer(msg: NodeMessage): ToolAnswer {
  const { error, toolCall, payload } = msg;
  if (error === undefined || error === null) return { payload };
  const given =
    typeof toolCall === "object" && toolCall !== null && "arguments" in toolCall ? toolCall : null;
  if (given && !isDeepStrictEqual(payload, given.arguments)) return { payload };
  const message = typeof error === "object" && "message" in error ? error.message : error;
  return { error: String(message) };
}
