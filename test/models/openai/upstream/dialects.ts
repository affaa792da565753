import { llamaCpp, lmStudio, mistral, ollama, vllm } from "./chat-dialects.ts";
import { azure, openai } from "./responses-dialects.ts";

/** Every kind of server that the suite of conversations is held with. */
export const dialects = [openai, azure, ollama, vllm, mistral, llamaCpp, lmStudio];
