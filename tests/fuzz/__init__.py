"""Coverage-guided fuzzing of everything that reads bytes from strangers.

    make fuzz   every target in turn, FUZZ_SECONDS of each (100 unless told)
    PYTHONPATH=tests python -m fuzz TARGET [libFuzzer options]   one target, until it is stopped
    PYTHONPATH=tests python -m fuzz.replay [FILE...]   the corpus, or single inputs, compiled

A target is one file of `targets/` with one function `check(octets)`; whatever it raises is a
finding. `python -m fuzz` runs with NUMBA_DISABLE_JIT, so that the kernels are plain Python:
atheris sees their branches, and NumPy checks every index. `python -m fuzz.replay` runs the same
inputs through the compiled kernels; with NUMBA_BOUNDSCHECK=1 they check their indices too.

`corpus/TARGET/` began with the captures and messages of `seeds.py` and is what libFuzzer kept of
them and of its own finds after 17 CPU-minutes (`-set_cover_merge=1 NEW OLD...`: few small inputs
that reach the same as all). What once was a finding stays as `found-WHAT`. To take in a new
crash: give it such a name, mend the code, run `python -m fuzz.replay`.
"""
