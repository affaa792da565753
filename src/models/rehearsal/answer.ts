import type { LeftOut } from "./choose-calls.ts";
import type { Conversation } from "./conversation.ts";
import { isRecord } from "./schema.ts";

/** Characters that are quoted of one output or question. */
const quotedCharacters = 2000;

const shortened = (text: string): string =>
  text.length <= quotedCharacters ? text : `${text.slice(0, quotedCharacters).toWellFormed()}…`;

const quote = (data: unknown, raw: string): string =>
  typeof data === "string" ? `"${shortened(data)}"` : shortened(raw.trim());

/** "a", "a and b", "a, b and c". */
function enumerate(names: readonly string[]): string {
  const last = names.at(-1) ?? "";
  return names.length < 2 ? last : `${names.slice(0, -1).join(", ")} and ${last}`;
}

/** Why tools were not used, one sentence a reason. */
function explain(leftOut: readonly LeftOut[]): string[] {
  const names = (reason: LeftOut["reason"]) =>
    leftOut.filter((one) => one.reason === reason).map(({ name }) => name);
  const unrelated = names("unrelated");
  const forbidden = names("tool_choice");
  const absent = names("not there");
  const missing = leftOut.flatMap(({ name, reason }) =>
    typeof reason === "object" ? [`I left out ${name}: I found nothing for its "${reason.missing}".`] : [],
  );
  return [
    ...missing,
    ...(unrelated.length > 0
      ? [`I left out ${enumerate(unrelated)}: no word in common with the question.`]
      : []),
    ...(forbidden.length > 0 ? [`I left out ${enumerate(forbidden)}: tool_choice does not allow it.`] : []),
    ...(absent.length > 0 ? [`I left out ${enumerate(absent)}: there is none offline.`] : []),
  ];
}

/** What a search of files has found: the best of it, with the mark that cites it. */
function quoteFound(data: unknown): string {
  const results = isRecord(data) && Array.isArray(data["results"]) ? data["results"] : [];
  const best: unknown = results[0];
  if (!isRecord(best)) return "I found nothing about it in the files.";
  return `The files say: "${shortened(String(best["text"]).trim())}"${String(best["mark"])}.`;
}

/**
 * The answer: each output by its function's name, or else what was asked; and which functions were left out.
 * With outputs at hand only those are worth a word that would have been called.
 * @param search the function that searches files, which is quoted by its best find
 */
export function writeAnswer(
  conversation: Conversation,
  leftOut: readonly LeftOut[],
  search?: string,
): string {
  const outputs = conversation.steps.flat();
  const returned = outputs.map(({ name, raw, data }) =>
    name === search ? quoteFound(data) : `${name} returned ${quote(data, raw)}.`,
  );
  const asked =
    conversation.question.trim() === ""
      ? "Your message has no text."
      : `You asked: "${shortened(conversation.question.trim())}".`;
  const told = outputs.length > 0 ? leftOut.filter(({ reason }) => typeof reason === "object") : leftOut;
  return [
    "This is the rehearsal model (offline, no AI).",
    ...(outputs.length > 0 ? returned : [asked]),
    ...explain(told),
  ].join(" ");
}
