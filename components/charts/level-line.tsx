interface Props {
  /** Both ends, across, and the height. */
  x1: number;
  x2: number;
  y: number;
  colour: string;
  dashes: string;
  text: string;
  /** Beside the line's right end, or above it. */
  place?: "beside" | "above";
}

/** A dashed line across a chart, with its name. */
export function LevelLine({ x1, x2, y, colour, dashes, text, place = "beside" }: Props) {
  const at = place === "above" ? { x: x2 - 4, y: y - 5, textAnchor: "end" as const } : { x: x2 + 5, y: y + 4 };
  return (
    <>
      <line x1={x1} x2={x2} y1={y} y2={y} stroke={colour} strokeDasharray={dashes} />
      <text {...at} fill={colour}>
        {text}
      </text>
    </>
  );
}
