/** `chainpin completion`: what bash, zsh and fish need to complete the command; made from the commands themselves. */

import { Argument, Command, type Option } from "commander";
import { printDocument } from "./print.js";

type Shell = "bash" | "zsh" | "fish";

export function completion(program: Command): Command {
  return new Command("completion")
    .summary("what bash, zsh and fish need")
    .description("Prints what a shell needs to complete this command.")
    .addArgument(new Argument("<shell>", "whose").choices(["bash", "zsh", "fish"]))
    .addHelpText(
      "after",
      `
Examples:
  chainpin completion bash >> ~/.bashrc
  chainpin completion zsh > "\${fpath[1]}/_chainpin"
  chainpin completion fish > ~/.config/fish/completions/chainpin.fish`,
    )
    .action((shell: Shell) => {
      printDocument(SCRIPTS[shell](program.commands));
    });
}

const SCRIPTS: Record<Shell, (commands: readonly Command[]) => string> = {
  bash: (commands) => `_chainpin() {
  local cur="\${COMP_WORDS[COMP_CWORD]}" prev="\${COMP_WORDS[COMP_CWORD-1]}" options=""
  COMPREPLY=()
  if [ "$COMP_CWORD" -eq 1 ]; then
    COMPREPLY=($(compgen -W "${names(commands).join(" ")} --help --version" -- "$cur"))
    return
  fi
  case "\${COMP_WORDS[1]} $prev" in
${commands.flatMap((command) => choices(command).map(([flag, values]) => `    "${command.name()} ${flag}") COMPREPLY=($(compgen -W "${values.join(" ")}" -- "$cur")); return ;;`)).join("\n")}
  esac
  case "\${COMP_WORDS[1]}" in
${commands.map((command) => `    ${command.name()}) options="${flags(command).join(" ")}" ;;`).join("\n")}
  esac
  case "$cur" in
    -*) COMPREPLY=($(compgen -W "$options --help" -- "$cur")) ;;
  esac
}
complete -o bashdefault -o default -F _chainpin chainpin
`,

  zsh: (commands) => `#compdef chainpin
_chainpin() {
  local -a commands
  commands=(
${commands.map((command) => `    ${quoted(`${command.name()}:${command.summary().replace(/:/g, "\\:")}`)}`).join("\n")}
  )
  if (( CURRENT == 2 )); then
    _describe -t commands command commands
    return
  fi
  local command=$words[2]
  shift words
  (( CURRENT-- ))
  case $command in
${commands.map((command) => `    ${command.name()}) _arguments -s ${[...command.options.map(zshOption), quoted("--help[tell more]"), zshArguments(command)].join(" ")} ;;`).join("\n")}
  esac
}
if [[ $funcstack[1] == _chainpin ]]; then _chainpin "$@"; else compdef _chainpin chainpin; fi
`,

  fish: (commands) => `${[
    ...commands.map((command) => `complete -c chainpin -n __fish_use_subcommand -f -a ${command.name()} -d ${quoted(command.summary())}`),
    ...commands.flatMap((command) => [...command.options.map((option) => fishOption(command, option)), ...fishArguments(command)]),
  ].join("\n")}
`,
};

function names(commands: readonly Command[]): string[] {
  return commands.map((command) => command.name());
}

function flags({ options }: Command): string[] {
  return options.flatMap(({ long }) => long ?? []);
}

/** What an option or an argument has to choose from, by what stands before it. */
function choices(command: Command): [string, readonly string[]][] {
  const ofOptions = command.options.flatMap(({ long, argChoices }) =>
    long && argChoices ? [[long, argChoices] as [string, string[]]] : [],
  );
  const [first] = command.registeredArguments;
  return first?.argChoices ? [...ofOptions, [command.name(), first.argChoices]] : ofOptions;
}

function zshOption({ long, description, required, optional, argChoices }: Option): string {
  const value = argChoices ? `:value:(${argChoices.join(" ")})` : required ? ":value:_files" : optional ? "::value:_files" : "";
  return quoted(`*${long}[${description.replace(/[[\]\\:]/g, "\\$&")}]${value}`);
}

function zshArguments({ registeredArguments: [first] }: Command): string {
  return quoted(first?.argChoices ? `1:value:(${first.argChoices.join(" ")})` : "*:file:_files");
}

function fishOption(command: Command, { long, description, required, argChoices }: Option): string {
  const value = argChoices ? ` -x -a ${quoted(argChoices.join(" "))}` : required ? " -r" : "";
  return `complete -c chainpin -n ${quoted(`__fish_seen_subcommand_from ${command.name()}`)} -l ${long?.slice(2) ?? ""}${value} -d ${quoted(description)}`;
}

function fishArguments(command: Command): string[] {
  const values = command.registeredArguments[0]?.argChoices;
  return values
    ? [`complete -c chainpin -n ${quoted(`__fish_seen_subcommand_from ${command.name()}`)} -f -a ${quoted(values.join(" "))}`]
    : [];
}

/** For all three. */
function quoted(text: string): string {
  return `'${text.replace(/'/g, `'\\''`)}'`;
}
