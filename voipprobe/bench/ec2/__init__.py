"""Provider ec2: instances for each search, reached by ssh, and gone when it ends.

`cost` and `checks` decide before anything is made, `fleet` makes, `teardown` takes away, `lab` is
the order of these. What a host does is `bench.remote`'s, what AWS is asked is `aws.ec2`'s.
"""
