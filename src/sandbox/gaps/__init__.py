"""The gaps of moto 5.2.5 that a container platform on AWS runs into, each closed by one small function.

A function here stands for one gap: `@amend` wraps something of moto, `@add` gives a service an operation that it lacks,
`@view` gives an object a member. Each names its target as `module:path` and says in its docstring what AWS does, what moto
does, and what is done here. They know nothing of one another; `close_gaps` puts them in place before the first request.
None of them checks what AWS would check: that is not what a sandbox is for.
"""
import functools
import importlib
import inspect

from moto.core.exceptions import ServiceException

PARTS = ["network", "containers", "scaling", "stores", "delivery", "tags"]
GAPS = []  # (how, target, function)


def amend(target):
    """The function is called instead of the target, with the target as its first argument."""
    return _gap(_wrap, target)


def add(target):
    """The function becomes an operation of a responses class, under its own name."""
    return _gap(lambda owner, name, function: setattr(owner, name, function), target, named=True)


def view(target):
    """The function becomes a read-only member of a class, in place of the one that was there."""
    return _gap(lambda owner, name, function: setattr(owner, name, property(function)), target)


def load_gaps():
    for part in PARTS:
        importlib.import_module(f"gaps.{part}")
    return GAPS


def close_gaps():
    for how, target, function in load_gaps():
        module, path = target.split(":")
        owner = importlib.import_module(module)
        *outer, name = path.split(".")
        for step in outer:
            owner = getattr(owner, step)
        how(owner, name, function)


def _gap(how, target, named=False):
    def note(function):
        GAPS.append((how, f"{target}.{function.__name__}" if named else target, function))
        return function
    return note


def _wrap(owner, name, function):
    original = getattr(owner, name)

    @functools.wraps(original)
    def amended(*args, **kwargs):
        return function(original, *args, **kwargs)
    static = isinstance(inspect.getattr_static(owner, name), staticmethod)
    setattr(owner, name, staticmethod(amended) if static else amended)


class Refused(ServiceException):
    """An error of AWS: code and message."""
