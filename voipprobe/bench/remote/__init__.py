"""A host of a benchmark behind ssh: the local provider's own objects, told what to do by lines.

`service` runs on the host (`voipprobe bench host`), `session` on ours; `messages` is what they
say to each other.
"""
