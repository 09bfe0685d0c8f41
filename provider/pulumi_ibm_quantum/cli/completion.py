"""``ibm-quantum completion``: the script that teaches a shell our commands and options."""

import click

_NAME, _VARIABLE = "ibm-quantum", "_IBM_QUANTUM_COMPLETE"


@click.command()
@click.argument("shell", type=click.Choice(["bash", "zsh", "fish"]))
@click.pass_context
def completion(ctx: click.Context, shell: str) -> None:
    """Print the script that completes commands, options and values such as stacks, plans and regions in SHELL.

    Load it where the shell starts: in bash (4.4 or later) with eval "$(ibm-quantum completion bash)" in ~/.bashrc, in
    zsh with the same for zsh in ~/.zshrc, below compinit, in fish by saving it as
    ~/.config/fish/completions/ibm-quantum.fish.
    """
    from click.shell_completion import get_completion_class

    script = get_completion_class(shell)
    assert script is not None
    click.echo(script(ctx.find_root().command, {}, _NAME, _VARIABLE).source())
