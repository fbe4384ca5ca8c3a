"""The conformance kit: what every plugin has to keep, for the plugin's own tests. It needs no test framework.

    import ochrona_szkol
    from lms_core.testing import Contract

    class TestContract(Contract):
        plugin = ochrona_szkol

For a directory without Python `plugin` is its `pathlib.Path`.
"""

from lms_core.testing.contract import Contract, broken_laws

__all__ = ["Contract", "broken_laws"]
