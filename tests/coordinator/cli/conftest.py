import pytest
from click.testing import CliRunner

from coordinator.cli.main import tallystick


@pytest.fixture
def run():
    """Run the command line in this process."""
    runner = CliRunner()

    def run(*arguments, **options):
        return runner.invoke(tallystick, [str(argument) for argument in arguments], **options)

    return run
