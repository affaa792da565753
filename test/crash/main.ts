/**
 * `npm run test:crash -- --rounds N --seed S`: kills the service N times and says how long that took. With
 * `--stories stores` clients work with files and vector stores, otherwise with threads and runs.
 */
import { parseArgs } from "node:util";
import { playStoreStory } from "./stores/story.ts";
import { CrashFailure, playStory } from "./story.ts";

/** Few, so that the directories stay small and the checks quick. */
const ROUNDS_A_STORY = 8;

const type = "string";
const { values } = parseArgs({ options: { rounds: { type }, seed: { type }, stories: { type } } });
const play = values.stories === "stores" ? playStoreStory : playStory;
const rounds = Number(values.rounds ?? 20);
const seed = Number(values.seed ?? Date.now() % 1_000_000);
console.log(`${rounds} rounds with seed ${seed}`);

const begun = Date.now();
let played = 0;
const onRound = () => {
  played += 1;
  if (played % 50 === 0) console.log(`${played} rounds, ${Math.round((Date.now() - begun) / 1000)} s`);
};
try {
  for (let story = 0; played < rounds; story += 1) {
    await play(seed + story, Math.min(ROUNDS_A_STORY, rounds - played), onRound);
  }
  console.log(`${played} rounds passed in ${Math.round((Date.now() - begun) / 1000)} s`);
} catch (error) {
  console.error(error instanceof CrashFailure ? error.message : error);
  process.exitCode = 1;
}
