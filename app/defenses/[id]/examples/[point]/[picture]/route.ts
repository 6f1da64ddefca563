import { readHousePicture } from "#data/example-picture.ts";
import { pictureRoute } from "#data/picture-route.ts";

export const GET = pictureRoute(readHousePicture);
