import type { Node, NodeAPI, NodeMessage } from "node-red";
import { type Field, readField } from "../shared/fields.ts";
import { flowError } from "../shared/flow-error.ts";

/** Characters: enough for a mail address, an MQTT topic or a session's id, and no room for a whole message. */
const LONGEST_KEY = 256;

/**
 * The key of the message's conversation. There is none that stands for "nobody": people whose messages come without
 * a key must not read each other's conversation.
 * @throws FlowError `conversation_key_missing` or `conversation_key_invalid`
 */
export async function readConversationKey(
  RED: NodeAPI,
  node: Node,
  field: Field,
  msg: NodeMessage,
): Promise<string> {
  const value = await readField(RED, node, field, msg);
  const values = { field: `${field.type}.${field.value}`, limit: LONGEST_KEY };
  // 7 and "7" are one key: an id that has been through JSON, a topic or a database is often the other.
  const key = Number.isFinite(value) ? String(value) : value;
  if (key === undefined || key === null) throw flowError(RED, "conversation_key_missing", values);
  if (typeof key !== "string") throw flowError(RED, "conversation_key_invalid", values);
  if (key.trim() === "") throw flowError(RED, "conversation_key_missing", values);
  // A text with half a character in it would be stored as another text.
  if (key.length > LONGEST_KEY || !key.isWellFormed()) {
    throw flowError(RED, "conversation_key_invalid", values);
  }
  return key;
}
