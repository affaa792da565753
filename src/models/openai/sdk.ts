/** The SDK's types, by what it exports. */
import type { OpenAIProvider } from "@ai-sdk/openai";

export type SdkModel = ReturnType<OpenAIProvider["chat"]>;
export type SdkOptions = Parameters<SdkModel["doStream"]>[0];
export type SdkPrompt = SdkOptions["prompt"];
export type SdkMessage = SdkPrompt[number];
export type SdkAssistantContent = Extract<SdkMessage, { role: "assistant" }>["content"];
export type SdkToolContent = Extract<SdkMessage, { role: "tool" }>["content"];
export type SdkUserContent = Extract<SdkMessage, { role: "user" }>["content"];
export type SdkFile = Extract<SdkUserContent[number], { type: "file" }>;
export type SdkStreamPart =
  Awaited<ReturnType<SdkModel["doStream"]>>["stream"] extends ReadableStream<infer Part> ? Part : never;
export type SdkAnswer = Awaited<ReturnType<SdkModel["doGenerate"]>>;
export type SdkToolCall = Extract<SdkAnswer["content"][number], { type: "tool-call" }>;
export type SdkToolResult = Extract<SdkAnswer["content"][number], { type: "tool-result" }>;
export type SdkFinishReason = SdkAnswer["finishReason"];
export type SdkUsage = SdkAnswer["usage"];
