import assert from "node:assert/strict";
import type { AttributeFilter } from "../../src/contract/objects.ts";
import { assertRefused, CODES, findTexts, storeOf } from "./library.ts";
import type { Subject } from "./subject.ts";

const OTHERS = [
  "Pears grow on trees and are picked in autumn.",
  "The train to the airport leaves every ten minutes.",
  "Coffee is made from roasted beans.",
];

/** A text among others of its language, and questions that it alone answers. */
const LANGUAGES = [
  { language: "English", text: CODES, others: OTHERS, queries: ["What is the code of apple?", "BANANA"] },
  {
    language: "German",
    text: "Die Größe des Gehäuses beträgt zwölf Zentimeter.",
    others: ["Der Zug fährt nach München.", "Kaffee wird aus Bohnen gemacht."],
    queries: ["Wie groß ist die Größe?", "gehäuses", "ZWÖLF Zentimeter"],
  },
  {
    language: "Korean",
    text: "사과는 코드 442345를 사용하고 바나나는 코드 673457을 사용합니다.",
    others: ["기차는 십 분마다 출발합니다.", "커피는 볶은 콩으로 만듭니다."],
    queries: ["사과", "사과의 코드는 무엇입니까?", "바나나"],
  },
  {
    language: "Japanese",
    text: "りんごのコードは442345です。東京都の水道は安全です。",
    others: ["電車は十分ごとに出ます。", "コーヒーは豆から作られます。"],
    queries: ["りんご", "水道", "東京", "都"],
  },
  {
    language: "Traditional Chinese",
    text: "蘋果的代碼是442345，香蕉的代碼是673457。",
    others: ["火車每十分鐘開一班。", "咖啡是用烘焙的豆子做的。"],
    queries: ["蘋果", "香蕉的代碼是什麼？", "蕉"],
  },
  {
    language: "Simplified Chinese",
    text: "人工智能正在改变工业生产。",
    others: ["火车每十分钟开一班。", "咖啡是用烘焙的豆子做的。"],
    queries: ["智能", "工业", "人工智能", "智"],
  },
];

export function vectorStoreSearchSuite(subject: Subject): void {
  for (const { language, text, others, queries } of LANGUAGES) {
    it(`finds texts in ${language}`, async () => {
      const { id } = await storeOf(subject.api, [...others, text]);
      for (const query of queries) {
        const [best] = await findTexts(subject.api, id, query);
        assert.equal(best, text, query);
      }
    });
  }

  it("says where it found what, and how well", async () => {
    const { id: vector_store_id } = await storeOf(subject.api, [CODES, ...OTHERS]);
    const page = await subject.api.searchVectorStore({ vector_store_id, query: "apple code" });
    assert.deepEqual(
      { ...page, data: page.data.length },
      {
        object: "vector_store.search_results.page",
        search_query: ["apple code"],
        data: 1,
        has_more: false,
        next_page: null,
      },
    );
    const [{ file_id, filename, score, attributes, content } = assert.fail()] = page.data;
    assert.match(file_id, /^file-/);
    assert.ok(score > 0.5 && score <= 1);
    assert.deepEqual(
      { filename, attributes, content },
      {
        filename: "file-0.txt",
        attributes: {},
        content: [{ type: "text", text: CODES }],
      },
    );
  });

  it("answers several queries at once", async () => {
    const { id } = await storeOf(subject.api, [CODES, ...OTHERS]);
    const found = await findTexts(subject.api, id, ["banana", "train"]);
    assert.deepEqual(found.sort(), [CODES, OTHERS[1]].sort());
  });

  it("gives as many results as are wanted", async () => {
    const { id } = await storeOf(subject.api, ["red one", "red two", "red three"]);
    assert.equal((await findTexts(subject.api, id, "red", { max_num_results: 2 })).length, 2);
  });

  it("leaves out what answers badly", async () => {
    const { id } = await storeOf(subject.api, ["apple", "the apple of another tree in a garden", ...OTHERS]);
    const ranking_options = { score_threshold: 0.7 };
    assert.deepEqual(await findTexts(subject.api, id, "apple banana cherry", { ranking_options }), []);
    assert.equal((await findTexts(subject.api, id, "apple", { ranking_options }))[0], "apple");
  });

  const NOTES = [
    {
      note: "Our dog is called Waldo. He sleeps in the kitchen.",
      about: "Where does Waldo sleep?",
      other: "Does the museum open in the morning, or in the evening?",
    },
    {
      note: "Unser Hund heißt Waldo. Er schläft in der Küche.",
      about: "Wo ist der Waldo?",
      other: "Wann ist das Museum in der Stadt am Abend geschlossen?",
    },
    {
      note: "우리 개의 이름은 왈도입니다. 지금 부엌에서 잡니다.",
      about: "왈도는 지금 어디에 있습니까?",
      other: "박물관은 지금 몇 시에 문을 엽니까?",
    },
    {
      note: "我们的狗叫瓦尔多。它现在睡在厨房里。",
      about: "瓦尔多现在睡在哪里？",
      other: "博物馆现在什么时候关门？",
    },
  ];
  for (const { note, about, other } of NOTES) {
    it(`tells by the score whether a text shares more than the words of any question: ${about}`, async () => {
      const { id } = await storeOf(subject.api, [note]);
      const ranking_options = { score_threshold: 0.25 };
      assert.deepEqual(await findTexts(subject.api, id, about, { ranking_options }), [note]);
      assert.deepEqual(await findTexts(subject.api, id, other, { ranking_options }), []);
    });
  }

  it("finds nothing where no word is shared", async () => {
    const { id } = await storeOf(subject.api, OTHERS);
    assert.deepEqual(await findTexts(subject.api, id, "volcano"), []);
    assert.deepEqual(await findTexts(subject.api, id, "?!"), []);
  });

  it("takes what SQLite would read as an expression for words", async () => {
    const { id } = await storeOf(subject.api, [CODES]);
    assert.deepEqual(await findTexts(subject.api, id, `apple" OR scope:s1 AND (NEAR*`), [CODES]);
  });

  it("combines filters", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await storeOf(api, ["red apple", "green apple"]);
    const { data } = await api.listVectorStoreFiles({ vector_store_id, order: "asc" });
    for (const [index, { id: file_id }] of data.entries()) {
      await api.updateVectorStoreFile({ vector_store_id, file_id, attributes: { index, fruit: true } });
    }
    const filters: AttributeFilter = {
      type: "and",
      filters: [
        { type: "eq", key: "fruit", value: true },
        { type: "or", filters: [{ type: "in", key: "index", value: [1, 7] }] },
      ],
    };
    const found = await findTexts(api, vector_store_id, "apple", { filters: filters });
    assert.deepEqual(found.length, 1);
  });

  it("refuses a filter of more parts than a search has time for", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await storeOf(api, ["apple"]);
    const oneOf = (count: number): AttributeFilter => ({
      type: "or",
      filters: [
        { type: "in", key: "a", value: Array.from({ length: count - 3 }, (_, index) => index) },
        { type: "ne", key: "a", value: 1 },
        { type: "and", filters: [] },
      ],
    });
    assert.equal((await findTexts(api, vector_store_id, "apple", { filters: oneOf(1000) })).length, 1);
    const tooMany = api.searchVectorStore({ vector_store_id, query: "apple", filters: oneOf(1001) });
    await assertRefused(tooMany, "invalid_value");
  });

  it("refuses a filter of no known kind", async () => {
    const { api } = subject;
    const { id: vector_store_id } = await api.createVectorStore({});
    const filters = { type: "like", key: "a", value: "b" } as never;
    await assertRefused(api.searchVectorStore({ vector_store_id, query: "a", filters }), "invalid_value");
  });
}
