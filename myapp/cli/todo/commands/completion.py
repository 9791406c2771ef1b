"""`kubectl todo completion SHELL`: a script for `kubectl-todo` typed by its own name.

`kubectl todo` is completed by kubectl's own script, which runs `kubectl_complete-todo`; the scripts here run it too.
"""

import click

_SCRIPTS = {
    "bash": r"""# bash completion for kubectl-todo; for `kubectl todo`: source <(kubectl completion bash)
__kubectl_todo_complete() {
    local line words=("${COMP_WORDS[@]:1:COMP_CWORD}")
    COMPREPLY=()
    while IFS= read -r line; do
        [[ $line == :* ]] || COMPREPLY+=("${line%%$'\t'*}")
    done < <(kubectl_complete-todo "${words[@]}" 2>/dev/null)
}
complete -o default -F __kubectl_todo_complete kubectl-todo
""",
    "zsh": r"""#compdef kubectl-todo
# zsh completion for kubectl-todo; for `kubectl todo`: source <(kubectl completion zsh)
_kubectl-todo() {
    local line
    local -a candidates
    while IFS= read -r line; do
        [[ $line == :* ]] || candidates+=("${${line//:/\\:}/$'\t'/:}")
    done < <(kubectl_complete-todo "${(@)words[2,CURRENT]}" 2>/dev/null)
    _describe 'kubectl-todo' candidates
}
compdef _kubectl-todo kubectl-todo
""",
    "fish": r"""# fish completion for kubectl-todo; for `kubectl todo`: kubectl completion fish | source
function __kubectl_todo_complete
    set -l words (commandline -opc) (commandline -ct)
    kubectl_complete-todo $words[2..-1] 2>/dev/null | string match -v -r '^:'
end
complete -c kubectl-todo -f -a '(__kubectl_todo_complete)'
""",
}


@click.command("completion", short_help="print a completion script")
@click.argument("shell", type=click.Choice(tuple(_SCRIPTS)))
def command(shell: str) -> int:
    """Print the script that completes `kubectl-todo` in your shell.

    For `kubectl todo` use kubectl's own completion (kubectl completion SHELL): it asks the plug-in.

    \b
    Examples:
      source <(kubectl todo completion bash)
    """
    click.echo(_SCRIPTS[shell], nl=False)
    return 0
