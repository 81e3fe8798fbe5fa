#!/bin/sh
# Interesting, which is exit code 1: some contraction accumulates in f64.
! grep -q 'accumulate = f64' "$1"
