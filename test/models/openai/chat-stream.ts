/** Streams of Chat Completions, chunk by chunk, and what a model makes of them. */
import { ask } from "./asking.ts";
import { ollama } from "./upstream/chat-dialects.ts";
import { frame, sends } from "./upstream/upstream.ts";

type Delta = Record<string, unknown>;

/** A stream of Chat Completions with these deltas. */
export function stream(deltas: Delta[], finish: string | null = "stop", more: object[] = []): string {
  const chunk = (delta: Delta, finish_reason: string | null) => ({
    id: "c",
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, finish_reason }],
  });
  const chunks = [
    ...deltas.map((delta) => chunk(delta, null)),
    ...(finish ? [chunk({}, finish)] : []),
    ...more,
  ];
  return `${chunks.map((one) => frame(JSON.stringify(one))).join("")}data: [DONE]\n\n`;
}

/** What comes of such a stream. */
export const streamed = (deltas: Delta[], finish?: string | null, more?: object[]) =>
  ask(ollama, [sends(stream(deltas, finish, more))]);
