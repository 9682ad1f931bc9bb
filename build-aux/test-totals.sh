#!/bin/sh
# SPDX-License-Identifier: MIT
# Add up the results of all tests that ran below a build folder.
#
# usage: test-totals.sh BUILD
# Reads the .trs files that automake's test driver leaves; prints, as its last
# line, "N passed, N failed, N skipped". Fails when something failed or when
# nothing ran at all.
set -eu

find "$1" -name '*.trs' -exec sed -n 's/^:test-result: //p' {} + | awk '
	/^(PASS|XFAIL)/ { passed++ }
	/^(FAIL|XPASS|ERROR)/ { failed++ }
	/^SKIP/ { skipped++ }
	END {
		printf "%d passed, %d failed, %d skipped\n", passed, failed, skipped
		exit (failed > 0 || passed == 0)
	}'
