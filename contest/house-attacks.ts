import type { HouseAttack } from "#contest/gauntlet.ts";

interface About {
  /** One sentence: what it goes by. */
  how: string;
  /** Where it was published; null for what everybody does. */
  paper: { name: string; url: string } | null;
}

const CROCE_2020 = {
  name: "Croce and Hein, 2020",
  url: "https://arxiv.org/abs/2003.01690",
};

/** What each of the house's own attacks does, for its page. */
export const ABOUT_HOUSE_ATTACKS: Record<HouseAttack, About> = {
  transfer: {
    how: "Tries examples that were archived for the challenge's baselines, as they are and with parts of their change.",
    paper: null,
  },
  "apgd-ce": { how: "Climbs the cross-entropy with a step size that adapts itself.", paper: CROCE_2020 },
  "apgd-margin": {
    how: "Climbs the margin between the best wrong class and the right one with a step size that adapts itself.",
    paper: CROCE_2020,
  },
  "apgd-dlr": {
    how: "Climbs the difference-of-logits ratio, which scaling the scores does not change, with a step size that adapts itself.",
    paper: CROCE_2020,
  },
  "apgd-t": {
    how: "Climbs the targeted difference-of-logits ratio towards one wrong class after the other.",
    paper: CROCE_2020,
  },
  "fab-t": {
    how: "Walks along the boundary to one wrong class after the other, drawn towards the clean input.",
    paper: { name: "Croce and Hein, 2019", url: "https://arxiv.org/abs/1907.02044" },
  },
  square: {
    how: "Changes random squares and keeps what lowers the score of the right class: it needs no gradient.",
    paper: { name: "Andriushchenko et al., 2019", url: "https://arxiv.org/abs/1912.00049" },
  },
  nes: {
    how: "Climbs a gradient that it estimates from scores along random directions.",
    paper: { name: "Ilyas et al., 2018", url: "https://arxiv.org/abs/1804.08598" },
  },
  spsa: {
    how: "Climbs a gradient that it estimates from scores under random changes of all pixels at once.",
    paper: { name: "Uesato et al., 2018", url: "https://arxiv.org/abs/1802.05666" },
  },
  hopskipjump: {
    how: "Knows the answers alone: walks along the boundary by what random neighbours are answered.",
    paper: { name: "Chen et al., 2019", url: "https://arxiv.org/abs/1904.02144" },
  },
  rays: {
    how: "Knows the answers alone: looks for the direction of signs in which the boundary is nearest.",
    paper: { name: "Chen and Gu, 2020", url: "https://arxiv.org/abs/2006.12792" },
  },
  "linear-exact": { how: "Finds the nearest example of a linear model, exactly.", paper: null },
  "leaf-tuple": {
    how: "Searches the boxes into which an ensemble of trees cuts its inputs, from leaf to neighbouring leaf.",
    paper: { name: "Zhang et al., 2020", url: "https://arxiv.org/abs/2010.11598" },
  },
  noise: { how: "Draws random changes: what falls to it was never defended.", paper: null },
  fmn: {
    how: "Looks for the nearest example at whatever distance, for the curve of robust accuracy over the radius.",
    paper: { name: "Pintor et al., 2021", url: "https://arxiv.org/abs/2102.12827" },
  },
};
