#!/bin/bash
# One fault at every operation of a job: no success may be a lie.
set -eu
"$top_builddir/tests/long/no-lie" "$top_builddir/tests/loaders/out/g431.FLM" stm32g431cb 08004000
