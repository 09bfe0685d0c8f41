"""An example or two for each command, as its help and docs/commands.md show them."""

from collections.abc import Iterator, Mapping
from typing import Final

import click

from pulumi_ibm_quantum.cli.lazy_group import LazyGroup

EXAMPLES: Final[Mapping[str, tuple[str, ...]]] = {
    "": (
        "ibm-quantum configure --plan premium --output stacks/project.yaml",
        "ibm-quantum --api-key-file key.json analyze --config stacks/project.yaml",
        "vault read -field=key secret/ibm | ibm-quantum --api-key-file - doctor",
    ),
    "analyze": (
        "ibm-quantum analyze --config stacks/project.yaml",
        "ibm-quantum analyze --config stacks/project.yaml --preview-date 2026-12-24",
        "ibm-quantum analyze --config stacks/project.yaml --forecast",
        "ibm-quantum analyze --config stacks/project.yaml --forecast --format html > account.html",
        "ibm-quantum analyze --config stacks/project.yaml --format markdown > comment.md",
    ),
    "backends": (
        "ibm-quantum backends --min-qubits 127",
        "ibm-quantum backends --least-busy --config stacks/project.yaml --instance chemistry-ground-states",
    ),
    "cancel": ("ibm-quantum cancel --stack production",),
    "completion": (
        'eval "$(ibm-quantum completion bash)"',
        "ibm-quantum completion fish > ~/.config/fish/completions/ibm-quantum.fish",
    ),
    "config": ("ibm-quantum config ls",),
    "config get": ("ibm-quantum config get ibm-quantum:configuration --stack production",),
    "config ls": ("ibm-quantum config ls --stack production",),
    "config rm": ("ibm-quantum config rm ibm-quantum:forecast",),
    "config set": (
        "ibm-quantum config set ibm-quantum:forecast true --stack production",
        "vault read -field=key secret/ibm | ibm-quantum config set --secret ibm-quantum:apiKey",
    ),
    "configure": ("ibm-quantum configure --plan premium --output stacks/project.yaml",),
    "create": (
        "ibm-quantum create optics --config stacks/project.yaml --target eu-de --resource-group Default",
        "ibm-quantum create optics -c project.yaml -t us-east -g Default --limit 5h --tag team:optics --only --yes",
    ),
    "destroy": ("ibm-quantum destroy --stack trial --yes",),
    "docs": ("ibm-quantum docs", "ibm-quantum docs permissions | less"),
    "doctor": ("ibm-quantum doctor", "ibm-quantum doctor --config stacks/project.yaml --format json"),
    "drift": ("ibm-quantum drift --stack production", "pulumi stack export | ibm-quantum drift --state -"),
    "demo": ("ibm-quantum demo", "ibm-quantum demo ~/ibm-quantum-demo"),
    "explain": ("ibm-quantum explain finance-portfolio --config stacks/project.yaml",),
    "fake": ("ibm-quantum fake", "ibm-quantum fake --port 8099 --scenario account.yaml"),
    "fleet": ("ibm-quantum fleet preview accounts.yaml",),
    "fleet drift": ("ibm-quantum fleet drift accounts/ --format json",),
    "fleet preview": (
        "ibm-quantum fleet preview accounts.yaml",
        "ibm-quantum fleet preview accounts.yaml -- --policy ../policies.json",
    ),
    "fleet up": ("ibm-quantum fleet up accounts.yaml --yes --parallel 8 -- --unattended",),
    "migrate": ("ibm-quantum migrate config.yaml --output stacks/project.yaml",),
    "jobs": ("ibm-quantum jobs list",),
    "jobs list": (
        "ibm-quantum jobs list --function sampler --status DONE",
        "ibm-quantum jobs list --status 'RUNNING: OPTIMIZING_FOR_HARDWARE' --created-after 2026-11-05 --limit 0",
    ),
    "jobs logs": ("ibm-quantum jobs logs $job",),
    "jobs result": ("ibm-quantum jobs result $job --output result.json",),
    "jobs show": ("ibm-quantum jobs show $job",),
    "jobs stop": ("ibm-quantum jobs stop $job",),
    "optimize": (
        "ibm-quantum optimize --config project.yaml --dry-run",
        "ibm-quantum optimize --config project.yaml --yes",
    ),
    "init": (
        "ibm-quantum init quantum-account --plan premium",
        "ibm-quantum init quantum-account --from qauvern.yaml --stack trial",
    ),
    "instances": ("ibm-quantum instances --config stacks/project.yaml",),
    "preflight": (
        "ibm-quantum preflight chemistry-ground-states --needs 2h",
        "ibm-quantum preflight chemistry-ground-states --backend ibm_fez --format json",
        "ibm-quantum preflight --config stacks/project.yaml --commands",
    ),
    "preview": (
        "ibm-quantum preview --stack production",
        "ibm-quantum preview --stack production --expect-no-changes --json",
        "ibm-quantum preview --stack production --policy policies.json",
    ),
    "refresh": ("ibm-quantum refresh --stack production --yes",),
    "report": (
        "ibm-quantum report --base main.yaml --head stacks/project.yaml --snapshot snapshot.json",
        "ibm-quantum report --base main.yaml --head stacks/project.yaml --snapshot snapshot.json -o r.md -o r.json",
    ),
    "schema": ("ibm-quantum schema > stacks/project.schema.json",),
    "show": (
        "ibm-quantum show --config stacks/project.yaml",
        "ibm-quantum show --config stacks/project.yaml --format json",
    ),
    "simulate": (
        "ibm-quantum simulate",
        "ibm-quantum simulate queue.yaml --format html > queue.html",
        "ibm-quantum simulate account.yaml --allocations decided --seed 7",
    ),
    "files": ("ibm-quantum files list sampler",),
    "files delete": ("ibm-quantum files delete sampler circuits.json --yes",),
    "files download": ("ibm-quantum files download sampler circuits.json --output here.json",),
    "files list": ("ibm-quantum files list sampler --format json",),
    "files upload": ("ibm-quantum files upload sampler data/circuits.json",),
    "functions": ("ibm-quantum functions list",),
    "functions list": ("ibm-quantum functions list --filter serverless",),
    "functions run": (
        "ibm-quantum functions run sampler --arguments arguments.json --wait --timeout 1h",
        "job=$(ibm-quantum functions run sampler --arguments arguments.json)",
    ),
    "functions show": ("ibm-quantum functions show sampler --format json",),
    "history": ("ibm-quantum history --config stacks/project.yaml > account.yaml",),
    "slurm": ("ibm-quantum slurm render --config stacks/project.yaml --site cluster-a --output cluster-a",),
    "slurm check": (
        "ibm-quantum slurm check cluster-a/qrmi_config.json",
        "ibm-quantum slurm check cluster-a/qrmi_config.json --config stacks/project.yaml --site cluster-a",
    ),
    "slurm render": ("ibm-quantum slurm render --config stacks/project.yaml --site cluster-a --output cluster-a",),
    "snapshot": (
        "ibm-quantum snapshot --config stacks/project.yaml --output snapshot.json",
        "ibm-quantum snapshot --config stacks/project.yaml --jobs --output snapshot.json",
    ),
    "stack": ("ibm-quantum stack ls",),
    "stack export": ("ibm-quantum stack export --stack production --file state.json",),
    "stack import": ("ibm-quantum stack import --stack production --file state.json",),
    "stack init": ("ibm-quantum stack init trial",),
    "stack rm": ("ibm-quantum stack rm trial --yes",),
    "stack ls": ("ibm-quantum stack ls --json",),
    "stack output": ("ibm-quantum stack output --stack production decision --json",),
    "update": (
        "ibm-quantum update --config stacks/project.yaml --dry-run",
        "ibm-quantum update --config stacks/project.yaml --yes --no-add",
    ),
    "up": ("ibm-quantum up --stack production", "ibm-quantum up --stack production --yes --message nightly"),
}
"""Command lines by the path of the command; the empty path is the whole."""


def walk(root: click.Command, path: str = "") -> Iterator[tuple[str, click.Command]]:
    """Yield a command and all below it with their paths, in the order of the help."""
    yield path, root
    if isinstance(root, click.Group):
        context = click.Context(root)
        for name in root.list_commands(context):
            command = root.get_command(context, name)
            assert command is not None
            yield from walk(command, f"{path} {name}".strip())


def with_examples(root: click.Command, path: str) -> None:
    """Give a command, which has this path, and all below it the examples that are listed for them."""
    commands = [(path, root)] if isinstance(root, LazyGroup) else walk(root, path)
    for place, command in commands:
        if place in EXAMPLES:
            lines = "".join(f"\n  {line}" for line in EXAMPLES[place])
            command.epilog = f"\b\nExample{'s' if len(EXAMPLES[place]) > 1 else ''}:{lines}"
