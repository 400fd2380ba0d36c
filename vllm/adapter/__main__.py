"""The command line: ``python3 -m adapter pull | swap | merge``."""

from __future__ import annotations

import argparse
import logging
import os
import sys
from pathlib import Path

from .errors import AdapterError
from .merge import merge
from .settings import Settings


def main(arguments: list[str]) -> int:
    """Runs one command. Its result goes to standard output, all else to standard error. 1 if it failed."""
    parser = argparse.ArgumentParser(prog="adapter", description=__doc__)
    commands = parser.add_subparsers(dest="command", required=True)
    pull = commands.add_parser("pull", help="fetch and check an adapter, and print its folder")
    swap = commands.add_parser("swap", help="pull an adapter and have the running vLLM serve it, without a restart")
    merged = commands.add_parser("merge", help="write the base model with the adapter merged into it")
    for command in (pull, swap, merged):
        command.add_argument("reference", nargs="?", help="else FINE_TUNED_LLM_TWIN_MODEL_TYPE")
    merged.add_argument("--into", type=Path, required=True, help="folder to write, which must not exist")
    parsed = parser.parse_args(arguments)

    logging.basicConfig(level=logging.INFO, format="adapter: %(message)s", stream=sys.stderr)
    try:
        settings = Settings.from_environment(os.environ)
        match parsed.command:
            case "pull":
                print(settings.pull(parsed.reference).folder)
            case "swap":
                adapter = settings.pull(parsed.reference)
                settings.server().load(settings.adapter_name, adapter.folder)
                print(adapter.folder)
            case "merge":
                weights = str(settings.base_model_path or settings.base_model)
                merge(settings.fetch(parsed.reference), settings.base_model, weights, parsed.into)
                print(parsed.into)
    except (AdapterError, OSError) as e:
        logging.error("%s", e)
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
