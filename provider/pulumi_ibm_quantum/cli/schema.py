"""``ibm-quantum schema``: the JSON Schema of a configuration, for editors."""

import click


@click.command()
@click.option("--instances", is_flag=True, help="Of a file that only lists instances, in a folder of files.")
def schema(instances: bool) -> None:
    """Print the JSON Schema of a project configuration of version 3, with which editors complete and check it.

    A file names it in its first line: # yaml-language-server: $schema=project.schema.json
    """
    # Here and not above: the help needs no model.
    from pulumi_ibm_quantum.config.schema import schema_files

    click.echo(schema_files()["instances.schema.json" if instances else "project.schema.json"], nl=False)
