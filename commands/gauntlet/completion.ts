import type { Command } from "commander";

/**
 * A script for bash that completes the commands of `gauntlet`, their options, and files. Written from the commands
 * themselves, so that it never lags behind them.
 */
export function completionScript(program: Command): string {
  const cases = wordsOf(program, "").map(([path, words]) => `    "${path}") words="${words.join(" ")}" ;;`);
  return `_gauntlet() {
  local word path="" words=""
  for word in "\${COMP_WORDS[@]:1:COMP_CWORD-1}"; do
    [[ $word == -* ]] || path="$path $word"
  done
  while :; do
    case "\${path# }" in
${cases.map((line) => `  ${line}`).join("\n")}
      *) path="\${path% *}"; continue ;;
    esac
    break
  done
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
  [[ \${#COMPREPLY[@]} -gt 0 ]] || COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -o filenames -F _gauntlet gauntlet`;
}

/** Every command by its path, and what may follow it. */
function wordsOf(command: Command, path: string): [path: string, words: string[]][] {
  const names = command.commands.map((each) => each.name());
  const options = command.options.flatMap(({ long }) => (long ? [long] : []));
  const below = command.commands.flatMap((each) => wordsOf(each, `${path} ${each.name()}`.trim()));
  return [[path, [...names, ...options, "--help"]], ...below];
}
