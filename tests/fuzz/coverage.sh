#!/bin/sh
# SPDX-License-Identifier: MIT
# coverage.sh SOURCE BUILD NAME...: how much of the sources that it is for (sources.txt) each
# fuzz target runs, with its seeds and with what fuzzing kept in FUZZ_CORPUS/NAME, if that is
# set. What is measured is built in BUILD. The tools are COVERAGE_CC, LLVM_PROFDATA and
# LLVM_COV, of one version.
set -eu

source=$1 build=$2
shift 2
for tool in COVERAGE_CC LLVM_PROFDATA LLVM_COV; do
	eval "value=\${$tool-}"
	if [ -z "$value" ]; then
		echo "coverage needs clang, llvm-profdata and llvm-cov of one version: $tool is not set" >&2
		exit 1
	fi
done

mkdir -p "$build"
cd "$build"
if ! [ -e Makefile ]; then
	flags='-fprofile-instr-generate -fcoverage-mapping'
	"$source/configure" -q --disable-hardening CC="$COVERAGE_CC" CFLAGS="-O1 -g $flags" LDFLAGS="$flags"
fi
programs=
for name; do
	programs="$programs tests/fuzz/fuzz_$name"
done
# shellcheck disable=SC2086 # words
${MAKE:-make} -s $programs >/dev/null

# sources NAME: the files that NAME is for, from the source's top.
sources() {
	sed -n "s/^$1: //p" "$source/tests/fuzz/sources.txt"
}

# The last line of a report is its total.
report() { # LABEL PROFILE SOURCES OBJECTS...
	label=$1 profile=$2 files=
	for file in $3; do
		files="$files $source/$file"
	done
	shift 3
	# shellcheck disable=SC2086 # words
	"$LLVM_COV" report "$@" -instr-profile="$profile" $files | awk -v label="$label" '
		$1 == "TOTAL" {
			printf "%-16s %6d of %6d regions (%5.1f %%), %6d of %6d lines (%5.1f %%)\n", label,
				$2 - $3, $2, $2 ? 100 * ($2 - $3) / $2 : 0, $8 - $9, $8, $8 ? 100 * ($8 - $9) / $8 : 0
		}'
}

rm -f tests/fuzz/*.profraw
all=
objects=
for name; do
	files=$(sources "$name")
	if [ -z "$files" ]; then
		echo "tests/fuzz/sources.txt does not say what $name is for" >&2
		exit 1
	fi
	all="$all $files"
	objects="$objects -object tests/fuzz/fuzz_$name"
	set -- "$source/tests/fuzz/corpus/$name"
	if [ -n "${FUZZ_CORPUS-}" ] && [ -d "$FUZZ_CORPUS/$name" ]; then
		set -- "$@" "$FUZZ_CORPUS/$name"
	fi
	LLVM_PROFILE_FILE=tests/fuzz/$name.profraw "tests/fuzz/fuzz_$name" "$@" >"tests/fuzz/$name.out" || {
		tail -n 2 "tests/fuzz/$name.out" >&2
		exit 1
	}
	"$LLVM_PROFDATA" merge -sparse -o "tests/fuzz/$name.profdata" "tests/fuzz/$name.profraw"
	report "$name" "tests/fuzz/$name.profdata" "$files" "tests/fuzz/fuzz_$name"
done
"$LLVM_PROFDATA" merge -sparse -o tests/fuzz/all.profdata tests/fuzz/*.profraw
# shellcheck disable=SC2086 # words
all=$(printf '%s\n' $all | sort -u)
# shellcheck disable=SC2086 # words
report "all" tests/fuzz/all.profdata "$all" ${objects#" -object "}
