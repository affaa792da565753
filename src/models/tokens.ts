import type { ModelContent, ModelItem } from "./model.ts";

/** How many quarters of a token a character makes, by its code point. */
export const quartersOfCharacter = (codePoint: number) => (codePoint < 0x2e80 ? 1 : 4);

/**
 * A deterministic estimate of how many tokens a text has, good enough for limits and shown usage: four
 * characters of Latin script make about one, a character of most other scripts makes one by itself.
 */
export function estimateTokens(text: string): number {
  let quarters = 0;
  for (const character of text) quarters += quartersOfCharacter(character.codePointAt(0) ?? 0);
  return Math.ceil(quarters / 4);
}

/** The same for what stands in a conversation. Images are not counted: each provider does that in its own way. */
export function tokensOfItems(items: readonly ModelItem<ModelContent | { type: "image_file" }>[]): number {
  let tokens = 0;
  for (const item of items) {
    if (item.type === "tool_call") tokens += estimateTokens(item.name) + estimateTokens(item.arguments);
    else if (item.type === "tool_output") tokens += estimateTokens(item.output);
    else if (item.type === "opaque") tokens += estimateTokens(item.data);
    else for (const part of item.content) tokens += part.type === "text" ? estimateTokens(part.text) : 0;
  }
  return tokens;
}
