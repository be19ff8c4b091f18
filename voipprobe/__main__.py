"""`python -m voipprobe` is the `voipprobe` command."""

from voipprobe.cli.main import main

main()
