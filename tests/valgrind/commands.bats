#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# What people type, under valgrind: no read of what was never set, no leak, on good
# ways and on bad ones (most leaks are on the way of an error). What the commands
# print is the matter of tests/cli; here only the memory and the exit status count.
# $PYVERN_TEST_VALGRIND is valgrind with its options, which ends with 99 at a finding.

load ../lib/selection

setup() {
	[ -n "${PYVERN_TEST_VALGRIND:-}" ] || skip "not under valgrind: make check-valgrind"
	selection_setup
}

# clean works|fails PROGRAM ARG...: as expected, and valgrind is content.
clean() {
	local expected=$1 is=works
	shift
	status=0
	# Not under `run`, which warns of an exec's 127.
	# shellcheck disable=SC2086 # a command with its options
	output=$($PYVERN_TEST_VALGRIND "$@" 2>&1 </dev/null) || status=$?
	[ "$status" -eq 0 ] || is=fails
	[ "$status" -ne 99 ] || is=unclean
	[ "$is" != "$expected" ] || return 0
	printf '%s: %s with status %d\n%s\n' "$*" "$is" "$status" "$output" >&2
	return 1
}

# Each line of standard input: pyvern's words.
all_work() {
	local words
	while read -r words; do
		# shellcheck disable=SC2086 # words
		clean works "$T/prefix/bin/pyvern" $words
	done
}

all_fail() {
	local words
	while read -r words; do
		# shellcheck disable=SC2086 # words
		clean fails "$T/prefix/bin/pyvern" $words
	done
}

@test "looking" {
	pin 3.12 3.13
	fake_env 3.12.1 tools
	mkdir -p "$PYVERN_ROOT/plugins/greet/bin"
	program 3.12.1 ../../../plugins/greet/bin/pyenv-greet <<<'#!/bin/sh'
	all_work <<-'END'

		--version
		--help
		help
		help use
		root
		config
		version
		versions
		versions --bare
		versions --json
		which python
		explain
		explain black
		explain --json
		prefix
		prefix 3.12
		local
	END
}

@test "looking in vain" {
	pin 3.99 ../x
	all_fail <<-'END'
		version
		which python
		prefix
		prefix 9.9
		uninstall 9.9
	END
}

@test "wrong words" {
	all_fail <<-'END'
		frobnicate
		verison
		version --frobnicate
		help frobnicate
		root x
		use
	END
}

@test "choosing" {
	all_work <<-'END'
		local 3.12
		local 3.13 3.12
		local --unset
		global 3.13
		global
		rehash
	END
	all_fail <<-'END'
		local 9.9
		global 9.9
	END
	rm -r "$PYVERN_ROOT/versions/3.12.1"
	all_work <<<'rehash'
}

@test "removing" {
	fake_env 3.12.1 tools
	all_fail <<<'uninstall --yes 3.12.1'
	all_work <<-'END'
		uninstall --force --yes 3.12.1
		versions
	END
}

@test "starting" {
	pin 3.13
	# The program takes the process over, and valgrind does not follow.
	all_work <<<'exec python'
	all_fail <<-'END'
		exec no-such-command
		exec
	END
	pin 3.99
	all_fail <<<'exec python'
}

@test "installing, and an environment" {
	install=$T/prefix/libexec/pyvern/pyvern-install
	mkdir -p "$T/pkg" "$PYVERN_ROOT/catalog"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-cpython.sh" 9.9.1 "$T/pkg"
	} >"$PYVERN_ROOT/catalog/fake.tsv"
	clean works "$install" --list
	clean fails "$install" 9.8
	clean fails "$install" --frobnicate
	FAKE_FAIL="make" clean fails "$install" 9.9.1
	clean works "$install" 9.9.1
	clean works "$install" --skip-existing 9.9.1
	all_work <<-'END'
		use 9.9
		venv --without-pip
		explain
	END
	all_fail <<<'venv 9.8'
}
