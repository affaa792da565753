import type { MessageDelta, StreamEvent } from "../../contract/events.ts";

/** What waits for one reader, oldest first. */
export interface WaitingEvents {
  add(event: StreamEvent): void;
  take(): StreamEvent | undefined;
  clear(): void;
}

/**
 * A queue in which consecutive pieces of one message's text become one: what waits for a slow reader is never more
 * than the answer itself.
 */
export function waitingEvents(): WaitingEvents {
  const events: StreamEvent[] = [];
  return {
    add(event) {
      const last = events.at(-1);
      const both =
        event.event === "thread.message.delta" &&
        last?.event === event.event &&
        merged(last.data, event.data);
      if (both) events[events.length - 1] = { event: "thread.message.delta", data: both };
      else events.push(event);
    },
    take: () => events.shift(),
    clear: () => events.splice(0),
  };
}

/** The delta of a piece of text, as a message's first and only content. */
export function textDelta(messageId: string, value: string): MessageDelta {
  const content = [{ index: 0, type: "text" as const, text: { value, annotations: [] } }];
  return { id: messageId, object: "thread.message.delta", delta: { content } };
}

function merged(first: MessageDelta, second: MessageDelta): MessageDelta | null {
  if (first.id !== second.id || hasAnnotations(second)) return null;
  // Put behind each other rather than joined, which would copy the whole text for each piece.
  return textDelta(first.id, textOf(first) + textOf(second));
}

const hasAnnotations = ({ delta }: MessageDelta) =>
  delta.content.some((part) => part.text.annotations.length > 0);

const textOf = ({ delta }: MessageDelta) => delta.content.map((part) => part.text.value).join("");
