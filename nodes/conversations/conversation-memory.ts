/** Where the threads of a service's conversations are remembered. Each method rejects where that cannot be done. */
export interface ConversationMemory {
  /** The id of the thread that belongs to a conversation's key. */
  get(key: string): Promise<string | undefined>;
  /** When fulfilled, it is remembered as durably as the memory can. */
  set(key: string, threadId: string): Promise<void>;
  delete(key: string): Promise<void>;
}
