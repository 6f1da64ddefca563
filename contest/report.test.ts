import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { encodeFrame, frameReader, type Report } from "#contest/report.ts";

const reports = fc.oneof(
  fc.record({
    type: fc.constant("ready" as const),
    ort: fc.string({ maxLength: 40 }),
    provider: fc.string({ maxLength: 40 }),
  }),
  fc.record({ type: fc.constant("logits" as const), from: fc.nat(), count: fc.nat() }),
  fc.record({ type: fc.constant("again" as const), rows: fc.array(fc.nat(), { maxLength: 9 }) }),
  fc.record({
    type: fc.constant("fault" as const),
    code: fc.string({ maxLength: 64 }),
    message: fc.string({ maxLength: 99 }),
  }),
  fc.record({ type: fc.constant("done" as const) }),
);
const frames = fc.array(fc.tuple(reports, fc.uint8Array({ maxLength: 60 })), { maxLength: 6 });

const stream = (all: [Report, Uint8Array][]) =>
  new Uint8Array(Buffer.concat(all.flatMap(([report, bytes]) => encodeFrame(report, bytes))));

/** A frame with any JSON text and lengths that need not be true. */
function rawFrame(json: Uint8Array, bytes = new Uint8Array(), lengths = [json.length, bytes.length]): Uint8Array {
  const head = Buffer.alloc(8);
  head.writeUInt32LE(lengths[0]!, 0);
  head.writeUInt32LE(lengths[1]!, 4);
  return new Uint8Array(Buffer.concat([head, json, bytes]));
}
const text = (value: unknown) => new TextEncoder().encode(typeof value === "string" ? value : JSON.stringify(value));

test("what was encoded is read again, however the stream is cut", () => {
  fc.assert(
    fc.property(frames, fc.array(fc.nat(400)), (sent, cuts) => {
      const bytes = stream(sent);
      const places = [0, ...cuts.filter((cut) => cut < bytes.length).sort((a, b) => a - b), bytes.length];
      const reader = frameReader(100);
      const read = places.slice(1).flatMap((end, i) => reader.push(bytes.subarray(places[i]!, end)));
      expect(read).toEqual(sent.map(([report, extra]) => ({ report, bytes: extra })));
      expect(reader.rest()).toBe(0);
    }),
  );
});

test("a frame that is not whole yet waits, and is counted as rest", () => {
  const bytes = stream([[{ type: "done" }, Uint8Array.of(1, 2, 3)]]);
  const reader = frameReader(3);
  expect(reader.push(bytes.subarray(0, bytes.length - 1))).toEqual([]);
  expect(reader.rest()).toBeGreaterThan(0);
  expect(reader.push(bytes.subarray(bytes.length - 1))).toHaveLength(1);
});

describe("a reader throws", () => {
  test.each([
    ["no JSON", rawFrame(text("{"))],
    ["an empty message", rawFrame(text(""))],
    ["an unknown type", rawFrame(text({ type: "standing", points: 1000 }))],
    ["a missing field", rawFrame(text({ type: "logits", from: 0 }))],
    ["a negative row", rawFrame(text({ type: "logits", from: -1, count: 2 }))],
    ["a fraction of a row", rawFrame(text({ type: "again", rows: [0.5] }))],
    ["a text that is too long", rawFrame(text({ type: "fault", code: "x", message: "x".repeat(501) }))],
    ["no UTF-8", rawFrame(Uint8Array.of(...text('{"type":"done","x":"'), 0xff, ...text('"}')))],
    ["no problems in problems", rawFrame(text({ type: "problems", problems: [] }))],
  ])("on %s", (_, frame) => expect(() => frameReader(100).push(frame)).toThrow());

  test("on a length beyond its bounds, before anything of that length has come", () => {
    expect(() => frameReader(100).push(rawFrame(text(""), undefined, [2 ** 20 + 1, 0]))).toThrow("larger than allowed");
    expect(() => frameReader(100).push(rawFrame(text(""), undefined, [15, 101]))).toThrow("larger than allowed");
    expect(() => frameReader(100).push(rawFrame(text(""), undefined, [0xffffffff, 0xffffffff]))).toThrow();
  });

  test("on random bytes, or finds nothing in them", () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        let read: unknown[] = [];
        try {
          read = frameReader(100).push(noise);
        } catch {}
        expect(read).toEqual([]);
      }),
    );
  });
});

test("keys that no message has are dropped", () => {
  const [frame] = frameReader(0).push(rawFrame(text('{"type":"done","verdict":"robust","__proto__":{"a":1}}')));
  expect(frame!.report).toEqual({ type: "done" });
});
