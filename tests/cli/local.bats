#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern local

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "without a pin, the answer is no" {
	run pyvern local
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "pyvern: no local version configured for this directory" ]
}

@test "writes one version a line, as given, and prints the nearest file" {
	run pyvern local 3.13 3.12.1 system
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ "$(cat .python-version)" = "$(printf '3.13\n3.12.1\nsystem')" ]
	mkdir sub
	cd sub
	PYENV_VERSION=3.12 run pyvern local
	is_output 3.13 3.12.1 system
	[ ! -e .python-version ]
}

# pyenv knows neither cp312 nor latest: a pin is for both.
@test "what only we understand is written as pyenv reads it" {
	run pyvern local cp312 python@3.13 latest
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = "$(printf '3.12\n3.13\n3.13.5')" ]
	run pyvern global cp312
	[ "$(cat "$PYVERN_ROOT/version")" = 3.12 ]
}

@test "a range is written as the version that it is; --range keeps it, and says so" {
	run pyvern local '>=3.9, <3.13'
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = 3.12.1 ]
	run pyvern local --range '>=3.9, <3.13' 3.13
	[ "$status" -eq 0 ]
	is_output "! .python-version   has a range, which pyenv cannot read"
	[ "$(cat .python-version)" = "$(printf '>=3.9,<3.13\n3.13')" ]
	run python
	is_output 3.12.1
	run pyvern local --range 3.12
	[ "$status" -eq 2 ]
	is_output "pyvern: --range needs a range" "  to fix   pyvern local --range '>=3.11,<3.13'"
	# No version, no name that pyenv could read.
	run pyvern local --force '>=3.99'
	[ "$status" -eq 3 ]
	run pyvern local --force --range '>=3.99'
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = '>=3.99' ]
}

@test "what is not installed is not written, unless forced" {
	run pyvern local 3.13 3.11
	[ "$status" -eq 3 ]
	is_output "pyvern: 3.11 is not installed" \
		"  to fix   pyvern install 3.11, or pyvern local --force 3.11"
	[ ! -e .python-version ]
	run pyvern local --force 3.11
	[ "$status" -eq 0 ]
	[ "$(cat .python-version)" = 3.11 ]
}

@test "what a pin cannot say is refused, also when forced" {
	for word in '3.12 3.13' '#3.12' '3.12:3.13' ''; do
		run pyvern local --force "$word"
		[ "$status" -eq 2 ]
	done
	run pyvern local --force ../x
	[ "$status" -eq 2 ]
	[ ! -e .python-version ]
}

@test "--unset removes this folder's pin, and no other" {
	pin 3.13
	mkdir sub
	(cd sub && pyvern local --unset)
	[ -e .python-version ]
	run pyvern local --unset
	[ "$status" -eq 0 ]
	[ ! -e .python-version ]
	run pyvern local --unset 3.13
	[ "$status" -eq 2 ]
}

@test "a pin that leads to a secret does not show it" {
	printf 'hunter2 x\n3.13\n' >"$T/secret"
	ln -s "$T/secret" .python-version
	for command in local version explain which "explain --json"; do
		# shellcheck disable=SC2086 # words
		run pyvern $command
		[[ $output != *hunter2* ]]
	done
}

@test "a fifo is no pin and stops nobody" {
	mkfifo .python-version
	run timeout 10 pyvern local
	[ "$status" -eq 1 ]
}

@test "a pin keeps its mode, and a link gives way to one without touching its target" {
	pin 3.12
	chmod 664 .python-version
	(umask 077 && pyvern local 3.13)
	[ "$(stat -c %a .python-version)" = 664 ]
	echo precious >"$T/precious"
	ln -sf "$T/precious" .python-version
	pyvern local 3.13
	[ ! -L .python-version ]
	[ "$(cat "$T/precious")" = precious ]
}
