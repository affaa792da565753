import assert from "node:assert/strict";
import { callsFor, declared, rehearse, says, step } from "./ask.ts";

const text = { type: "string" };
const shelf = declared("find_free_shelf", "Returns a free shelf of the warehouse.");
const store = declared("store_parcel", "Stores a parcel on a shelf.", { shelf_code: text });
const label = declared("print-label", "Prints the label for a parcel.", { code: text });
const clock = declared("getServerTime", "Gets the time of the server.");
const stock = declared("count_stock", "Counts the screws in stock.", { article: text });

const names = async (given: Parameters<typeof callsFor>[0]) => (await callsFor(given)).map(([name]) => name);

describe("rehearsal: which functions are called", () => {
  it("calls nothing for a greeting", async () => {
    assert.deepEqual(await names({ items: [says("Hello")], functions: [shelf, store, clock] }), []);
  });

  it("calls nothing for a greeting after another question", async () => {
    const items = [says("Store the parcel"), says("done", "assistant"), says("Hello")];
    assert.deepEqual(await names({ items, functions: [shelf, store] }), []);
  });

  it("calls a function that is named, though its name is made of words that mean nothing", async () => {
    const functions = [declared("myFunction", "", {}), declared("getIt", "", {})];
    assert.deepEqual(await names({ items: [says("Call myfunction, please")], functions }), ["myFunction"]);
  });

  it("calls a function whose name shares a word with the question", async () => {
    const functions = [declared("openGarageDoors", "Does what it says.", {}), clock];
    assert.deepEqual(await names({ items: [says("the garage, please")], functions }), ["openGarageDoors"]);
  });

  it("calls a function whose description shares a word with the question", async () => {
    const functions = [declared("f1", "Switches the heating on."), clock];
    assert.deepEqual(await names({ items: [says("Is the heating on?")], functions }), ["f1"]);
  });

  it("finds no relation in words that mean nothing", async () => {
    const functions = [declared("get_list", "Gets a list of all the things that are given right now.")];
    assert.deepEqual(await names({ items: [says("What is this thing like right now?")], functions }), []);
  });

  it("lets texts wait for a related function without arguments, not for an unrelated one", async () => {
    const items = [says("Put the parcel on a shelf")];
    const { steps } = await rehearse(
      { items, functions: [store, clock, label, shelf] },
      { find_free_shelf: "B-12" },
    );
    assert.deepEqual(steps, [
      [["find_free_shelf", {}]],
      [
        ["store_parcel", { shelf_code: "B-12" }],
        ["print-label", { code: "B-12" }],
      ],
    ]);
  });

  it("waits for nothing beside an unrelated function without arguments", async () => {
    const calls = await callsFor({
      items: [says('How many "M4 screws" are in stock?')],
      functions: [clock, stock],
    });
    assert.deepEqual(calls, [["count_stock", { article: "M4 screws" }]]);
  });

  it("waits for no function that can never be called", async () => {
    const never = declared("sort_screws", "Sorts screws.", { again: { $ref: "#" } });
    const calls = await callsFor({ items: [says("Count screws")], functions: [never, stock] });
    assert.deepEqual(calls, [["count_stock", { article: "Count screws" }]]);
  });

  it("follows a chain of three by the names of properties", async () => {
    const functions = [
      declared("ship_order", "Ships an order.", { orderId: text }),
      declared("list_orders", "Lists the orders of a customer.", { customer_id: text }),
      declared("current_customer", "Returns the customer who is signed in."),
    ];
    const items = [says("Ship the last order of this customer")];
    const outputs = {
      current_customer: '{"name":"Ann","customer_id":"c-7"}',
      list_orders: '[{"state":"paid","order_id":"o-31"},{"order_id":"o-30"}]',
    };
    const { steps } = await rehearse({ items, functions }, outputs);
    assert.deepEqual(steps, [
      [["current_customer", {}]],
      [["list_orders", { customer_id: "c-7" }]],
      [["ship_order", { orderId: "o-31" }]],
    ]);
  });

  it("calls no function twice in a run, also when the first call failed", async () => {
    const items = [says("Store the parcel"), ...step({ store_parcel: "Error: the shelf is full" })];
    assert.deepEqual(await names({ items, functions: [store] }), []);
  });

  it("calls a function again in the next run", async () => {
    const items = [says("Store the parcel"), ...step({ store_parcel: "ok" }), says("Store another parcel")];
    assert.deepEqual(await names({ items, functions: [store] }), ["store_parcel"]);
  });

  it("reads a question without a meaningful word together with the one before", async () => {
    const items = [says("Count the screws"), says("None.", "assistant"), says("And now?")];
    assert.deepEqual(await names({ items, functions: [stock, clock] }), ["count_stock"]);
  });

  it("reads no further back than one message", async () => {
    const items = [says("Count the screws"), says("Really?"), says("And now?")];
    assert.deepEqual(await names({ items, functions: [stock] }), []);
  });

  it("makes one call a step without parallel calls", async () => {
    const items = [says("Put the parcel on a shelf")];
    const given = { items, functions: [store, label, shelf], parallel_tool_calls: false };
    const { steps } = await rehearse(given, { find_free_shelf: "B-12", store_parcel: "stored" });
    assert.deepEqual(steps, [
      [["find_free_shelf", {}]],
      [["store_parcel", { shelf_code: "B-12" }]],
      [["print-label", { code: "stored" }]],
    ]);
  });

  it("understands a question in Korean", async () => {
    const functions = [
      declared("count_items", "창고의 재고를 조회합니다.", { item: text }),
      declared("get_hours", "매장의 영업시간을 반환합니다."),
    ];
    const calls = await callsFor({ items: [says("“나사” 재고가 얼마나 있나요?")], functions });
    assert.deepEqual(calls, [["count_items", { item: "나사" }]]);
  });

  it("understands a question in Japanese", async () => {
    const functions = [
      declared("count_items", "倉庫の在庫数を返します。", { item: text }),
      declared("get_hours", "店の営業時間を取得します。"),
    ];
    const calls = await callsFor({ items: [says("「ねじ」の在庫はいくつありますか？")], functions });
    assert.deepEqual(calls, [["count_items", { item: "ねじ" }]]);
  });

  it("understands a question in Chinese", async () => {
    const functions = [declared("order_state", "获取用户的订单状态"), declared("get_hours", "获取营业时间")];
    assert.deepEqual(await names({ items: [says("请问我的订单怎么样了？")], functions }), ["order_state"]);
  });
});

describe("rehearsal: tool_choice", () => {
  const named = (name: string) => ({ type: "function", function: { name } }) as const;
  const items = [says("Store the parcel")];

  it("none: calls nothing", async () => {
    assert.deepEqual(await names({ items, functions: [store], tool_choice: "none" }), []);
  });

  it("a function: calls that one alone, related or not", async () => {
    const tool_choice = named("getServerTime");
    assert.deepEqual(await names({ items, functions: [store, clock], tool_choice }), ["getServerTime"]);
  });

  it("a function: fills it from the question although another needs no arguments", async () => {
    const given = { items, functions: [clock, shelf, store], tool_choice: named("store_parcel") };
    assert.deepEqual(await callsFor(given), [["store_parcel", { shelf_code: "Store the parcel" }]]);
  });

  it("a function: makes a value up where none is found", async () => {
    const wait = declared("wait_for", "Waits.", { seconds: { type: "integer", minimum: 1 } });
    const given = { items, functions: [wait], tool_choice: named("wait_for") };
    assert.deepEqual(await callsFor(given), [["wait_for", { seconds: 1 }]]);
  });

  it("a function: answers once it was called", async () => {
    const given = { items, functions: [store, clock], tool_choice: named("getServerTime") };
    assert.deepEqual((await rehearse(given, {})).steps, [[["getServerTime", {}]]]);
  });

  it("a function that is not there: calls nothing", async () => {
    assert.deepEqual(await names({ items, functions: [store], tool_choice: named("gone") }), []);
  });

  it("required: calls one function where none is related, then answers", async () => {
    const given = { items: [says("Hello")], functions: [stock, clock] };
    assert.deepEqual((await rehearse({ ...given, tool_choice: "required" }, {})).steps, [
      [["getServerTime", {}]],
    ]);
  });

  it("required: calls no more than one unrelated function", async () => {
    const given = { items: [says("Hello")], functions: [clock, shelf] };
    assert.deepEqual(await names({ ...given, tool_choice: "required" }), ["getServerTime"]);
  });

  it("required: calls the related ones where there are any", async () => {
    const functions = [clock, store];
    assert.deepEqual(await names({ items, functions, tool_choice: "required" }), ["store_parcel"]);
  });

  it("required: calls a related function even when a value must be made up", async () => {
    const functions = [clock, declared("weigh_parcel", "Weighs a parcel.", { grams: { type: "number" } })];
    const calls = await callsFor({ items, functions, tool_choice: "required" });
    assert.deepEqual(calls, [["weigh_parcel", { grams: 0 }]]);
  });
});
