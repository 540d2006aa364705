"""Clients that speak the wire protocol themselves."""
import importlib.util
from pathlib import Path

import pytest

# Test modules are imported without a package around them, so the path is said here.
specification = importlib.util.spec_from_file_location("wire", Path(__file__).with_name("wire.py"))
wire_module = importlib.util.module_from_spec(specification)
specification.loader.exec_module(wire_module)


@pytest.fixture
def open_wire():
    """`open_wire(kernel)`: a raw client of a running kernel, closed after the test."""
    opened = []

    def open_one(kernel, **options):
        wire = wire_module.Wire(kernel.manager, **options)
        opened.append(wire)
        if wire.iopub is not None and not options.get("receive_limit"):
            wire.welcome()
        return wire

    yield open_one
    for wire in opened:
        wire.close()


@pytest.fixture
def wire(kernel, open_wire):
    """A raw client of one running kernel."""
    return open_wire(kernel)
