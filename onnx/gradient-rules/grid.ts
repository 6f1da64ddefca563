import { identity } from "#onnx/gradient-rules/probe.ts";
import { NoRule, type Rule, type Site } from "#onnx/gradient-site.ts";
import { elementTypes, intAttribute, type Node, stringAttribute } from "#onnx/model.ts";

/** Elements of the matrices by which cubic interpolation may be differentiated. */
const largest = 64 * 2 ** 20;

/** One coordinate of the sampled places, in cells. */
interface Line {
  size: number;
  /** [N, P]: after border or reflection. */
  at: string;
  /** [N, P]: derivative of that by the grid's number. */
  slope: string;
}

/** The grid's x (0) or y (1), from [-1, 1] to cells of an axis of `size`. */
function lineOf(s: Site, coordinate: 0 | 1, size: number): Line {
  const { w } = s;
  const [n, rows, columns] = s.dims(1) as [number, number, number];
  const aligned = intAttribute(s.node, "align_corners", 0) === 1;
  const given = w.reshape(w.slice(s.x(1), 3, coordinate, 1), [n, rows * columns]);
  const half = (aligned ? size - 1 : size) / 2;
  const cells = w.add(w.mul(given, half), (size - 1) / 2);
  const padding = stringAttribute(s.node, "padding_mode", "zeros");
  const constant = w.mul(w.op("Sign", [w.add(w.op("Abs", [given]), 1)]), half);
  if (padding === "zeros") return { size, at: cells, slope: constant };
  const [low, high] = aligned ? [0, size - 1] : [-0.5, size - 0.5];
  const folded = padding === "reflection" ? reflected(s, cells, low, high) : { at: cells, slope: w.scalar(1) };
  const at = w.op("Clip", [folded.at, 0, size - 1]);
  const inside = w.op("Equal", [at, folded.at]);
  return { size, at, slope: w.where(inside, w.mul(constant, folded.slope), 0) };
}

/** A zigzag between two mirrors. */
function reflected(s: Site, cells: string, low: number, high: number): { at: string; slope: string } {
  const { w } = s;
  const span = high - low;
  if (span === 0) return { at: w.mul(cells, 0), slope: w.scalar(0) };
  const from = w.sub(cells, low);
  const turns = w.op("Floor", [w.mul(w.op("Abs", [from]), 1 / span)]);
  const rest = w.sub(w.op("Abs", [from]), w.mul(turns, span));
  const odd = w.op("Mod", [turns, 2], { fmod: 1 });
  const isOdd = w.greater(odd, 0.5);
  const slope = w.mul(w.where(isOdd, -1, 1), w.op("Sign", [from]));
  return { at: w.add(w.where(isOdd, w.sub(span, rest), rest), low), slope };
}

/** Whole cells on one axis, their weight and its slope; weightless outside the image. */
interface Cell {
  index: string;
  weight: string;
  slope: number;
}

function cellOf(s: Site, { at, size }: Line, offset: 0 | 1 | "nearest"): Cell {
  const { w } = s;
  const base = w.op(offset === "nearest" ? "Round" : "Floor", [at]);
  const place = offset === 1 ? w.add(base, 1) : base;
  const share = offset === "nearest" ? w.scalar(1) : w.sub(1, w.op("Abs", [w.sub(at, place)]));
  const index = w.op("Clip", [place, 0, size - 1]);
  const weight = w.where(w.op("Equal", [index, place]), share, 0);
  return { index, weight, slope: offset === 1 ? 1 : -1 };
}

/** Bilinear and nearest sampling: each place draws on four cells, or on one. */
const gridSample: Rule = (s) => {
  const { w, node } = s;
  if (s.dims().length !== 4) throw new NoRule("volumes");
  const mode = stringAttribute(node, "mode", "linear").replace("bilinear", "linear").replace("bicubic", "cubic");
  if (mode === "cubic") {
    s.lacks(1);
    return [probed(s)];
  }
  const [n, c, height, width] = s.dims() as [number, number, number, number];
  const places = s.made()[2]! * s.made()[3]!;
  const g = w.reshape(s.g(), [n, c, places]);
  const [x, y] = [lineOf(s, 0, width), lineOf(s, 1, height)];
  const offsets = mode === "nearest" ? (["nearest"] as const) : ([0, 1] as const);
  const corners = offsets.flatMap((dy) => offsets.map((dx) => ({ x: cellOf(s, x, dx), y: cellOf(s, y, dy) })));
  const flat = corners.map((corner) => {
    const place = w.add(w.mul(corner.y.index, width), corner.x.index);
    // A place that is NaN is no index; its weight is zero, or NaN in its own row.
    const index = w.cast(w.where(w.op("GreaterOrEqual", [place, 0]), place, 0), elementTypes.int64);
    return w.expand(w.reshape(index, [n, 1, places]), [n, c, places]);
  });
  const parts = corners.map((corner) => w.mul(g, w.reshape(w.mul(corner.x.weight, corner.y.weight), [n, 1, places])));
  const inputs = [w.zeros([n, c, height * width]), w.concat(flat, 2), w.concat(parts, 2)];
  const image = w.op("ScatterElements", inputs, { axis: 2, reduction: "add" }, [n, c, height * width]);
  return [w.reshape(image, s.dims()), s.wants(1) && mode === "linear" ? gridAdjoint() : undefined];

  function gridAdjoint(): string {
    const pixels = w.reshape(s.x(), [n, c, height * width]);
    const along = { x: [] as string[], y: [] as string[] };
    for (const [i, corner] of corners.entries()) {
      const values = w.op("GatherElements", [pixels, flat[i]!], { axis: 2 }, [n, c, places]);
      const pull = w.reshape(w.sum(w.mul(g, values), [1]), [n, places]);
      along.x.push(w.mul(w.mul(pull, inImage(corner.x)), w.mul(corner.y.weight, corner.x.slope)));
      along.y.push(w.mul(w.mul(pull, inImage(corner.y)), w.mul(corner.x.weight, corner.y.slope)));
    }
    const columns = [w.mul(w.total(along.x), x.slope), w.mul(w.total(along.y), y.slope)];
    return w.reshape(
      w.concat(
        columns.map((column) => w.reshape(column, [n, places, 1])),
        2,
      ),
      s.dims(1),
    );
  }
  function inImage(cell: Cell): string {
    return w.op("Sign", [cell.weight]);
  }
};

/** Run on one image for each pixel, the operator puts out the matrix by which it multiplies, image by image. */
function probed(s: Site): string {
  const { w, node } = s;
  const [n, c, height, width] = s.dims() as [number, number, number, number];
  const [pixels, places] = [height * width, s.made()[2]! * s.made()[3]!];
  if (n * pixels * Math.max(pixels, places) > largest) throw new NoRule("cubic sampling of large images");
  const images = w.expand(w.reshape(identity(w, pixels), [1, pixels, height, width]), [n, pixels, height, width]);
  const matrix = sampled(s, node, images, [n, pixels, ...s.made().slice(2)]);
  const flat = w.reshape(matrix, [n, pixels, places]);
  return w.reshape(w.matmul(w.reshape(s.g(), [n, c, places]), w.swapped(flat)), s.dims());
}

function sampled(s: Site, node: Node, images: string, dims: readonly number[]): string {
  const output = s.w.fresh();
  s.w.push({ ...node, inputs: [images, s.x(1)], outputs: [output] });
  s.w.known.set(output, { dims, type: elementTypes.float32 });
  return output;
}

/** Linear in theta [N, 2, 3]: each place's [x, y, 1] times it. */
const affineGrid: Rule = (s) => {
  const { w } = s;
  if (s.dims()[1] !== 2) throw new NoRule("volumes");
  const [n, height, width] = s.made() as [number, number, number];
  const aligned = intAttribute(s.node, "align_corners", 0) === 1;
  const step = (i: number, size: number) =>
    aligned ? (size === 1 ? 0 : (2 * i) / (size - 1) - 1) : (2 * i + 1) / size - 1;
  const base = (i: number) => {
    const [place, coordinate] = [Math.floor(i / 3), i % 3];
    if (coordinate === 2) return 1;
    return coordinate === 0 ? step(place % width, width) : step(Math.floor(place / width), height);
  };
  const g = w.reshape(s.g(), [n, height * width, 2]);
  return [w.matmul(w.swapped(g), w.floats([1, height * width, 3], base))];
};

export const gridRules: readonly (readonly [string, Rule])[] = [
  ["GridSample", gridSample],
  ["AffineGrid", affineGrid],
];
