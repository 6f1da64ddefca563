/**
 * How to enter from a shell, in three commands: fetch the points, send an attack, ask what became of it. `site` is the
 * site's address without a slash at the end.
 */
export function entryCommands(site: string, slug: string): { about: string; command: string }[] {
  const api = `${site}/api/v1`;
  return [
    { about: "Fetch the points, x and y", command: `curl -O ${api}/challenges/${slug}/points.npz` },
    {
      about: "Attack them, save x_adv with numpy.savez, and send the file",
      command: lines(AUTHORIZED, '-F name="My attack" -F examples=@x_adv.npz', `${api}/challenges/${slug}/attacks`),
    },
    {
      about: "Read the result by the id that came back",
      command: lines(AUTHORIZED, `${api}/submissions/$ID`),
    },
  ];
}

/** The one command that enters a defense. */
export function defenseCommand(site: string, slug: string): string {
  const fields = '-F name="My defense" -F claim=0.6 -F licence=MIT -F model=@model.onnx';
  return lines(AUTHORIZED, fields, `${site}/api/v1/challenges/${slug}/defenses`);
}

const AUTHORIZED = 'curl -H "Authorization: Bearer $TOKEN"';

/** One command over several lines, so that it can be read on a narrow screen and still be pasted. */
function lines(...parts: string[]): string {
  return parts.join(" \\\n  ");
}
