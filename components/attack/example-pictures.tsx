interface Props {
  /** The page of the attack or the defense that they belong to. */
  of: string;
  point: number;
  /** Side of one picture in CSS pixels. */
  size: number;
}

const pictures = [
  { name: "clean", about: "clean input" },
  { name: "adversarial", about: "adversarial example" },
  { name: "difference", about: "difference, amplified around zero: grey is no change" },
];

/** Clean, adversarial, difference: every pixel drawn as a square. */
export function ExamplePictures({ of, point, size }: Props) {
  return (
    <span className="flex gap-1">
      {pictures.map(({ name, about }) => (
        // biome-ignore lint/performance/noImgElement: a kilobyte of exact pixels; an optimizer would blur them
        <img
          key={name}
          src={`${of}/examples/${point}/${name}.png`}
          alt={`Point ${point}: ${about}`}
          title={about}
          width={size}
          height={size}
          loading="lazy"
          className="pixelated min-w-0 border border-line"
          style={{ width: size, height: "auto" }}
        />
      ))}
    </span>
  );
}
