"""Commands whose library takes long to import: loaded when somebody asks for them, not when the server starts."""

import importlib

import click
from flask import current_app


class OnDemand(click.Group):
    """A group that `module.commands(app)` gives, with the object that its commands expect."""

    def __init__(self, name: str, module: str, help: str) -> None:
        super().__init__(name, help=help)
        self._module = module

    def list_commands(self, ctx: click.Context) -> list[str]:
        return self._loaded(ctx).list_commands(ctx)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        return self._loaded(ctx).get_command(ctx, cmd_name)

    def _loaded(self, ctx: click.Context) -> click.Group:
        group: click.Group
        group, ctx.obj = importlib.import_module(self._module).commands(current_app._get_current_object())  # type: ignore[attr-defined]
        return group
