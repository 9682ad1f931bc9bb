#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern explain
# shellcheck disable=SC2154 # run --separate-stderr sets stderr

bats_require_minimum_version 1.5.0
load ../lib/selection

setup() {
	selection_setup
}

@test "every place in order, the chosen one marked, people's paths" {
	cd "$HOME"
	echo 3.12 >.python-version
	pyvern global 3.13
	run pyvern explain
	[ "$status" -eq 0 ]
	is_output "python  ->  $PYVERN_ROOT/versions/3.12.1/bin/python   3.12.1" \
		"  PYENV_VERSION      not set" \
		"  ~/.python-version  3.12 -> 3.12.1  <- this one" \
		"  global             3.13 -> 3.13.5, not reached" \
		"  system             $T/system/python, not reached" \
		"  also in            3.13.5"
}

@test "nothing asks" {
	run pyvern explain
	is_output "python  ->  $T/system/python   system" \
		"  PYENV_VERSION  not set" \
		"  pins           none here or above" \
		"  global         not set" \
		"  system         $T/system/python  <- this one" \
		"  also in        3.13.5, 3.12.1"
}

@test "a variable over a file" {
	pin 3.13
	PYVERN_VERSION=3.12 PYENV_VERSION=3.13 run pyvern explain black
	[ "${lines[0]}" = "black  ->  $PYVERN_ROOT/versions/3.12.1/bin/black   3.12.1" ]
	[[ ${lines[1]} == "  PYVERN_VERSION "*" 3.12 -> 3.12.1 "*"<- this one" ]]
	[[ ${lines[2]} == "  PYENV_VERSION "*" 3.13 -> 3.13.5, not reached" ]]
}

# Each pinned version is a candidate, tried in order.
@test "every candidate, and why not" {
	cd "$HOME"
	pin 3.11 ../x 3.13 3.12 system
	run --separate-stderr pyvern explain black
	[ "$status" -eq 0 ]
	is_output "black  ->  $PYVERN_ROOT/versions/3.12.1/bin/black   3.12.1" \
		"  PYENV_VERSION      not set" \
		"  ~/.python-version  3.11            not installed" \
		"                     line 2          it is no safe name" \
		"                     3.13 -> 3.13.5  has no black" \
		"                     3.12 -> 3.12.1  <- this one" \
		"                     system          not needed" \
		"  global             not set" \
		"  system             PATH has no black, not reached"
	run --separate-stderr pyvern explain nope
	[ "$status" -eq 1 ]
	[ "${lines[2]}" = "  ~/.python-version  3.11            <- not installed" ]
	[ "${lines[6]}" = "                     system          PATH has no nope" ]
}

@test "all dialects, the project, and whether they agree" {
	cd "$HOME"
	mkdir shop
	cd shop
	pin 3.13
	echo 'python 3.12' >.tool-versions
	echo 3.13.5 >../.python-versions
	printf '[project]\nrequires-python = ">=3.11"\n' >pyproject.toml
	run --separate-stderr pyvern explain
	is_output "python  ->  $PYVERN_ROOT/versions/3.13.5/bin/python   3.13.5" \
		"  PYENV_VERSION           not set" \
		"  ~/shop/.python-version  3.13 -> 3.13.5  <- this one" \
		"  ~/shop/.tool-versions   3.12 -> 3.12.1, not reached" \
		"  ~/.python-versions      3.13.5, agrees" \
		"  ~/shop/pyproject.toml   requires-python >=3.11, agrees" \
		"  global                  not set" \
		"  system                  $T/system/python, not reached" \
		"  also in                 3.12.1"
	printf '[project]\nrequires-python = "<3.13"\n' >pyproject.toml
	run --separate-stderr pyvern explain
	[ "${lines[5]}" = "  ~/shop/pyproject.toml   requires-python <3.13, contradicts" ]
	# The project itself is asked when nothing is pinned.
	rm .python-version .tool-versions ../.python-versions
	run --separate-stderr pyvern explain
	[ "${lines[2]}" = "  ~/shop/pyproject.toml  requires-python <3.13 -> 3.12.1  <- this one" ]
	printf '[project]\nrequires-python = "<3"\n' >pyproject.toml
	run --separate-stderr pyvern explain
	[ "$status" -eq 1 ]
	[[ ${lines[2]} == "  ~/shop/pyproject.toml  requires-python <3 "*"<- not installed" ]]
	printf '[project\n' >pyproject.toml
	run --separate-stderr pyvern explain
	[ "$status" -eq 1 ]
	[[ ${lines[2]} == "  ~/shop/pyproject.toml  line 1: a header is not closed with ]  <- cannot be used" ]]
	[ "${stderr_lines[0]}" = "pyvern: ~/shop/pyproject.toml:1 cannot be used: a header is not closed with ]" ]
	printf '[project]\nname = "x"\n' >pyproject.toml
	run --separate-stderr pyvern explain
	[ "${lines[2]}" = "  ~/shop/pyproject.toml  passed over: asks for no Python" ]
}

@test "a .venv is there, and nobody has said that it may be entered" {
	cd "$HOME"
	pin 3.13
	mkdir -p .venv sub
	touch .venv/pyvenv.cfg
	cd sub
	run --separate-stderr pyvern explain
	[ "${lines[2]}" = "  ~/.venv            not made here, not trusted (pyvern trust ~)" ]
	VIRTUAL_ENV=$HOME/.venv run --separate-stderr pyvern explain
	[ "${lines[2]}" = "  ~/.venv            active in this shell" ]
}

@test "what a shell would start instead is told" {
	pin 3.13
	run --separate-stderr pyvern explain
	[ "$stderr" = "" ]
	PATH=$T/system:$PATH run --separate-stderr pyvern explain
	[ "$stderr" = "! shell    $T/system/python comes before the shims on PATH" ]
	program 3.13.5 new <<<'#!/bin/sh'
	run --separate-stderr pyvern explain new
	[ "$stderr" = "! shell    new has no shim yet
  to fix   pyvern rehash" ]
	PATH=$T/prefix/bin:/usr/bin:/bin run --separate-stderr pyvern explain
	[ "${stderr_lines[0]}" = "! shell    the shims are not on PATH" ]
}

@test "what is missing, and what to type; the answer is no" {
	pin 3.11
	run --separate-stderr pyvern explain
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "python  ->  nothing" ]
	[[ ${lines[2]} == *"/.python-version  3.11 "*"<- not installed" ]]
	[[ $stderr == *"to fix    pyvern install" ]]
}

@test "a command whose name has a version" {
	pin 3.13
	run --separate-stderr pyvern explain python3.12
	[ "${lines[0]}" = "python3.12  ->  $PYVERN_ROOT/versions/3.12.1/bin/python3.12   3.12.1" ]
	[[ ${lines[2]} == *"/.python-version  3.13 -> 3.13.5  has no python3.12" ]]
	[[ ${lines[5]} == "  its name "*" 3.12.1 "*" <- this one: nothing above has it" ]]
}

@test "what is passed over is told with the reason" {
	mkdir .python-version
	echo 'nodejs 20' >.tool-versions
	run pyvern explain
	[[ $output == *"/.python-version  passed over: not a regular file"* ]]
	[[ $output == *"/.tool-versions   passed over: has no line of python"* ]]
}

@test "pyenv.md 0: in pyenv's face a missing version falls to system, and explain says so" {
	pyvern config set face pyenv
	pin 3.11
	run --separate-stderr pyvern explain
	[ "$status" -eq 0 ]
	[ "${lines[0]}" = "python  ->  $T/system/python   system" ]
	[[ ${lines[2]} == *" 3.11 "*" not installed" ]]
	[[ ${lines[4]} == "  system "*"$T/system/python "*"<- this one: nothing above has it" ]]
}

# With --json, only people were told why.
@test "a command that nothing has: why, also as JSON" {
	pin 3.13
	run --separate-stderr pyvern explain nope
	[ "$status" -eq 1 ]
	[ "${lines[0]}" = "nope  ->  nothing" ]
	[[ $stderr == "pyvern: nope is not in 3.13.5"*"  to fix    pip install PACKAGE"* ]]
	run --separate-stderr pyvern explain --json nope
	[ "$status" -eq 1 ]
	is_json 'd["path"] is None and d["why"] == "nope is not in 3.13.5"'
	run --separate-stderr pyvern explain --json
	is_json 'd["why"] is None'
}

@test "as JSON: the project and its verdict" {
	pin 3.13
	printf '[project]\nrequires-python = "<3.13"\n' >pyproject.toml
	run --separate-stderr pyvern explain --json
	is_json '[l["verdict"] for l in d["looks"] if l["source"] == "project" and l["requests"]] == ["contradicts"]'
	run --separate-stderr pyvern explain --json python3.12
	is_json 'd["by_suffix"] and d["version"] == "3.12.1"'
}

@test "as JSON, which a parser reads" {
	pin 3.13 ../x
	run --separate-stderr pyvern explain --json
	[ "$status" -eq 0 ]
	printf '%s' "$output" | /usr/bin/python3 -c '
import json, sys
d = json.load(sys.stdin)
assert d["schema"] == 1 and d["command"] == "python" and d["version"] == "3.13.5", d
look = [l for l in d["looks"] if l["state"] == "chosen"][0]
assert look["source"] == "file" and look["requests"][0]["name"] == "3.13.5", look
assert look["requests"][0]["fate"] == "this one", look
assert look["requests"][1]["request"] is None and look["requests"][1]["line"] == 2, look
assert look["requests"][1]["fate"] == "invalid", look
assert d["also_in"] == ["3.12.1"] and d["shell"] == "shim" and d["by_suffix"] is False, d
assert d["venv"] is None and d["system"].endswith("/system/python"), d
'
}
