#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern version
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "nothing asks: system, which the global file would set" {
	run pyvern version
	[ "$status" -eq 0 ]
	is_output "system (set by $PYVERN_ROOT/version)"
}

@test "names are resolved, and said by whom they are set" {
	pin 3.13 3.12
	run pyvern version
	is_output "3.13.5 (set by $T/project/.python-version)" \
		"3.12.1 (set by $T/project/.python-version)"
	PYENV_VERSION=3.12 run pyvern version
	is_output "3.12.1 (set by PYENV_VERSION environment variable)"
	PYVERN_VERSION=3.13 PYENV_VERSION=3.12 run pyvern version --bare
	is_output "3.13.5"
}

@test "what is missing does not hide what is there" {
	pin 3.11 3.12
	run --separate-stderr pyvern version
	[ "$status" -eq 3 ]
	is_output "3.12.1 (set by $T/project/.python-version)"
	[ "$stderr" = "pyvern: 3.11 is not installed
  asked by  $T/project/.python-version:1
  to fix    pyvern install" ]
}

@test "missing by a variable: the command to type has the names" {
	PYENV_VERSION=3.11:3.12:3.9 run pyvern version --bare
	[ "$status" -eq 3 ]
	[ "${lines[0]}" = "3.12.1" ]
	[ "${lines[1]}" = "pyvern: 3.11, 3.9 are not installed" ]
	[ "${lines[2]}" = "  asked by  PYENV_VERSION" ]
	[ "${lines[3]}" = "  to fix    pyvern install 3.11 3.9" ]
}

@test "a pin that says nothing is named, not passed over" {
	: >.python-version
	run pyvern version
	[ "$status" -eq 1 ]
	is_output "pyvern: $T/project/.python-version cannot be used: names no version" \
		"  to fix   pyvern local VERSION"
}

@test "under pyenv's rules an empty pin is system" {
	: >.python-version
	pyvern config set face pyenv
	run pyvern version --bare
	[ "$status" -eq 0 ]
	is_output system
}

@test "as JSON" {
	pin 3.13 3.11
	run --separate-stderr pyvern version --json
	[ "$status" -eq 3 ]
	[[ $output == *'"schema": 1'* ]]
	[[ $output == *'"request": "3.13"'*'"name": "3.13.5"'*'"request": "3.11"'*'"name": null'* ]]
}

@test "PYENV_DIR is where the search begins" {
	mkdir -p "$T/other"
	echo 3.12 >"$T/other/.python-version"
	PYENV_DIR=$T/other run pyvern version --bare
	is_output "3.12.1"
	PYENV_DIR=$T/none run pyvern version
	[ "$status" -eq 2 ]
}
