import type { ModelItem } from "../model.ts";
import { type Output, readOutput } from "./outputs.ts";
import { meaningfulWords } from "./words.ts";

/** What the items say, as the rules read it. */
export interface Conversation {
  /** The text of the user's last message. */
  question: string;
  /** What is read as the question: that text, and after it the user's message before when it says too little. */
  texts: string[];
  words: ReadonlySet<string>;
  /** The functions called since the question. */
  called: ReadonlySet<string>;
  /** The outputs since the question: those of one model answer make a step. */
  steps: Output[][];
}

type MessageItem = Extract<ModelItem, { type: "message" }>;

const textOf = (message: MessageItem | undefined): string =>
  (message?.content ?? []).flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n");

/** Reads the question and what this run has done about it so far. */
export function readConversation(items: readonly ModelItem[]): Conversation {
  const isQuestion = (item: ModelItem): item is MessageItem =>
    item.type === "message" && item.role === "user";
  const questions = items.filter(isQuestion);
  const question = textOf(questions.at(-1));
  const texts = [question];
  const before = textOf(questions.at(-2));
  if (before !== "" && meaningfulWords(question).size === 0) texts.push(before);

  const called = new Set<string>();
  const steps: Output[][] = [];
  let answering = true;
  for (const item of items.slice(items.findLastIndex(isQuestion) + 1)) {
    if (item.type === "tool_call") {
      called.add(item.name);
      if (answering) steps.push([]);
      answering = false;
    } else if (item.type === "tool_output") {
      if (steps.length === 0) steps.push([]);
      steps.at(-1)?.push(readOutput(item.name, item.output));
      answering = true;
    }
  }
  return {
    question,
    texts,
    words: new Set(texts.flatMap((text) => [...meaningfulWords(text)])),
    called,
    steps,
  };
}
