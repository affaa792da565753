/** New objects of the contract, whole, with the defaults of the original service. Pure but for their ids. */
import { idPrefixes, newId } from "../contract/ids.ts";
import type {
  Assistant,
  File,
  Message,
  MessageContent,
  ModelObject,
  Run,
  RunStep,
  StepDetails,
  Thread,
} from "../contract/objects.ts";
import type { Request } from "../contract/requests.ts";
import type { ReceivedFile } from "./files/file-disk.ts";

/** @param now Unix seconds, here and below */
export function newAssistant(request: Request<"CreateAssistant">, now: number): Assistant {
  return {
    id: newId(idPrefixes.assistant_id),
    object: "assistant",
    created_at: now,
    name: request.name ?? null,
    description: request.description ?? null,
    model: request.model,
    instructions: request.instructions ?? null,
    tools: request.tools ?? [],
    tool_resources: {},
    metadata: request.metadata ?? {},
    temperature: request.temperature ?? 1,
    top_p: request.top_p ?? 1,
    response_format: request.response_format ?? "auto",
    reasoning_effort: request.reasoning_effort ?? null,
  };
}

export function newThread(request: Request<"CreateThread">, now: number): Thread {
  return {
    id: newId(idPrefixes.thread_id),
    object: "thread",
    created_at: now,
    tool_resources: {},
    metadata: request.metadata ?? {},
  };
}

/** A text part of a request is a plain string, that of an answer an object; an image says how closely to look. */
function messageContent(content: Request<"CreateMessage">["content"]): MessageContent[] {
  const parts = typeof content === "string" ? [{ type: "text" as const, text: content }] : content;
  return parts.map((part) => {
    if (part.type === "text") return { type: "text", text: { value: part.text, annotations: [] } };
    if (part.type === "image_url") {
      return { type: "image_url", image_url: { detail: "auto", ...part.image_url } };
    }
    return { type: "image_file", image_file: { detail: "auto", ...part.image_file } };
  });
}

/** A message that somebody else than a run writes. */
export function newMessage(threadId: string, request: Request<"CreateMessage">, now: number): Message {
  return {
    id: newId(idPrefixes.message_id),
    object: "thread.message",
    created_at: now,
    thread_id: threadId,
    status: "completed",
    incomplete_details: null,
    completed_at: now,
    incomplete_at: null,
    role: request.role,
    content: messageContent(request.content),
    assistant_id: null,
    run_id: null,
    attachments: request.attachments ?? [],
    metadata: request.metadata ?? {},
  };
}

/** The message that a run begins to write. */
export function newRunMessage(run: Run, now: number): Message {
  return {
    ...newMessage(run.thread_id, { role: "assistant", content: [] }, now),
    status: "in_progress",
    completed_at: null,
    assistant_id: run.assistant_id,
    run_id: run.id,
  };
}

/** What a run takes from its request; the rest is its assistant's. */
export type RunRequest = Omit<Request<"CreateRun">, "additional_messages">;

/** @param expirySeconds how long after now the run shows to live */
export function newRun(
  threadId: string,
  assistant: Assistant,
  request: RunRequest,
  now: number,
  expirySeconds: number,
): Run {
  const instructions = [request.instructions ?? assistant.instructions, request.additional_instructions];
  return {
    id: newId(idPrefixes.run_id),
    object: "thread.run",
    created_at: now,
    thread_id: threadId,
    assistant_id: assistant.id,
    status: "queued",
    required_action: null,
    last_error: null,
    expires_at: now + expirySeconds,
    started_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    incomplete_details: null,
    model: request.model ?? assistant.model,
    instructions: instructions.filter(Boolean).join("\n\n"),
    tools: request.tools ?? assistant.tools,
    metadata: request.metadata ?? {},
    usage: null,
    temperature: request.temperature ?? assistant.temperature,
    top_p: request.top_p ?? assistant.top_p,
    max_prompt_tokens: request.max_prompt_tokens ?? null,
    max_completion_tokens: request.max_completion_tokens ?? null,
    truncation_strategy: request.truncation_strategy ?? { type: "auto", last_messages: null },
    tool_choice: request.tool_choice ?? "auto",
    parallel_tool_calls: request.parallel_tool_calls ?? true,
    response_format: request.response_format ?? assistant.response_format,
    reasoning_effort: request.reasoning_effort ?? assistant.reasoning_effort ?? null,
  };
}

export function newRunStep(run: Run, details: StepDetails, now: number): RunStep {
  return {
    id: newId(idPrefixes.step_id),
    object: "thread.run.step",
    created_at: now,
    assistant_id: run.assistant_id,
    thread_id: run.thread_id,
    run_id: run.id,
    type: details.type,
    status: "in_progress",
    step_details: details,
    last_error: null,
    expired_at: null,
    cancelled_at: null,
    failed_at: null,
    completed_at: null,
    metadata: {},
    usage: null,
  };
}

/** A model that answers here, as it is listed. */
export const newModelObject = (name: string, now: number): ModelObject => {
  return { id: name, object: "model", created: now, owned_by: "assistants-service" };
};
export function newFile(
  { id, name, bytes }: Pick<ReceivedFile, "id" | "name" | "bytes">,
  { purpose, expires_after }: Request<"CreateFile">,
  now: number,
): File {
  const file: File = {
    id,
    object: "file",
    bytes,
    created_at: now,
    filename: name,
    purpose,
    status: "processed",
  };
  return expires_after ? { ...file, expires_at: now + expires_after.seconds } : file;
}
