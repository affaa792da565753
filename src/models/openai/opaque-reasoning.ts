/** The reasoning that a model keeps to itself, encrypted, and wants back in the next round. */
import { isRecord } from "./json.ts";
import type { SdkAssistantContent } from "./sdk.ts";

interface ReasoningItem {
  id: string;
  encrypted: string;
  summaries: string[];
}

/** What the service keeps, as text. */
export const packReasoning = (item: ReasoningItem) => JSON.stringify(item);

/** The same for the SDK; nothing for what another kind of model has left. */
export function unpackReasoning(data: string): SdkAssistantContent {
  const item: unknown = JSON.parse(data);
  if (!isRecord(item) || typeof item["encrypted"] !== "string" || typeof item["id"] !== "string") return [];
  const openai = { itemId: item["id"], reasoningEncryptedContent: item["encrypted"] };
  const summaries = Array.isArray(item["summaries"]) ? item["summaries"].map(String) : [];
  return (summaries.length > 0 ? summaries : [""]).map((text) => {
    return { type: "reasoning", text, providerOptions: { openai } };
  });
}

/** Puts reasoning together from the pieces in which it arrives. */
export class ReasoningItems {
  /** By the item's id: its encrypted content, and its summaries by the ids of their parts. */
  readonly #open = new Map<string, { encrypted: string | null; summaries: Map<string, string> }>();

  /** @param metadata what the SDK says of the piece: the item's id, and sometimes its encrypted content */
  add(part: string, text: string, metadata: unknown): void {
    const openai = isRecord(metadata) && isRecord(metadata["openai"]) ? metadata["openai"] : {};
    const { itemId, reasoningEncryptedContent } = openai;
    if (typeof itemId !== "string") return;
    const item = this.#open.get(itemId) ?? { encrypted: null, summaries: new Map<string, string>() };
    item.summaries.set(part, (item.summaries.get(part) ?? "") + text);
    if (typeof reasoningEncryptedContent === "string") item.encrypted = reasoningEncryptedContent;
    this.#open.set(itemId, item);
  }

  /** What is whole now that something else follows. Without its encrypted content it is no use to anybody. */
  take(): string[] {
    const whole = [...this.#open].flatMap(([id, { encrypted, summaries }]) => {
      const written = [...summaries.values()].filter((text) => text !== "");
      return encrypted === null ? [] : [packReasoning({ id, encrypted, summaries: written })];
    });
    this.#open.clear();
    return whole;
  }
}
