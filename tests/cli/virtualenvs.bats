#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern virtualenvs, virtualenv-prefix, virtualenv-delete (facts/pyenv.md 9).
# shellcheck disable=SC2154,SC2016 # run sets stderr

bats_require_minimum_version 1.5.0
load ../lib/venv

setup() {
	venv_setup
	versions=$PYVERN_ROOT/versions
	fake_python 3.12.1
	pyvern virtualenv -q 3.13 notes
	pyvern virtualenv -q 3.12 shop
}

as_pyenv() {
	echo pyenv >"$PYVERN_ROOT/face"
}

@test "pyenv.md 9: environments by their long names, then links; the chosen one has a star" {
	run pyvern virtualenvs
	[ "$status" -eq 0 ]
	is_output "  3.12.1/envs/shop (created from $versions/3.12.1)" \
		"  3.13.5/envs/notes (created from $versions/3.13.5)" \
		"  notes --> $versions/3.13.5/envs/notes" "  shop --> $versions/3.12.1/envs/shop"
	pin notes
	run pyvern virtualenvs --skip-aliases
	is_output "  3.12.1/envs/shop (created from $versions/3.12.1)" \
		"  3.13.5/envs/notes (created from $versions/3.13.5)"
	run pyvern virtualenvs
	has_line "* notes --> $versions/3.13.5/envs/notes (set by $PWD/.python-version)"
	run pyvern virtualenvs --bare
	is_output 3.12.1/envs/shop 3.13.5/envs/notes notes shop
	run pyvern virtualenvs --bare --skip-aliases
	is_output 3.12.1/envs/shop 3.13.5/envs/notes
}

@test "pyenv.md 9: words that are wrong" {
	as_pyenv
	run pyvern virtualenvs --nope
	[ "$status" -eq 1 ]
	is_output "Usage: pyenv virtualenvs [--bare] [--skip-aliases]"
	run pyvern virtualenv-delete
	[ "$status" -eq 1 ]
	is_output "Usage: pyenv virtualenv-delete [-f|--force] <virtualenv>"
}

@test "links to what is no environment are listed in pyenv's face alone" {
	ln -s 3.12.1 "$versions/mine"
	run pyvern virtualenvs --bare
	is_output 3.12.1/envs/shop 3.13.5/envs/notes notes shop
	as_pyenv
	run pyvern virtualenvs
	has_line "  mine --> 3.12.1"
}

@test "pyenv.md 9: virtualenv-prefix" {
	run pyvern virtualenv-prefix notes
	is_output "$versions/3.13.5"
	run pyvern virtualenv-prefix notes 3.12.1/envs/shop
	is_output "$versions/3.13.5:$versions/3.12.1"
	pin shop
	run pyvern virtualenv-prefix
	is_output "$versions/3.12.1"
	as_pyenv
	for row in "3.12.1|pyenv-virtualenv: version \`3.12.1' is not a virtualenv" \
		"system|pyenv-virtualenv: version \`system' is not a virtualenv" \
		"nope|pyenv: version \`nope' not installed"; do
		run pyvern virtualenv-prefix "${row%%|*}"
		[ "$status" -eq 1 ]
		is_output "${row#*|}"
	done
	mkdir -p "$versions/empty/bin"
	run pyvern virtualenv-prefix empty
	is_output "pyenv-virtualenv: \`python' not found in version \`empty'"
}

@test "pyenv.md 9: an environment of virtualenv before 20 names its base in orig-prefix.txt" {
	fake_version old
	touch "$versions/old/bin/activate"
	run pyvern virtualenv-prefix old
	[ "$status" -eq 1 ]
	mkdir -p "$versions/old/lib/python2.7"
	echo "$versions/3.12.1" >"$versions/old/lib/python2.7/orig-prefix.txt"
	run pyvern virtualenv-prefix old
	is_output "$versions/3.12.1"
}

@test "pyenv.md 9: delete by the short name: the environment, its links, its shims" {
	printf '#!/bin/sh\n' >"$versions/notes/bin/only-here"
	chmod 755 "$versions/notes/bin/only-here"
	pyvern rehash
	[ -e "$PYVERN_ROOT/shims/only-here" ]
	ln -s "$versions/3.13.5/envs/notes" "$versions/also"
	run --separate-stderr pyvern virtualenv-delete --yes notes
	[ "$status" -eq 0 ]
	[[ $stderr == "- notes    "*" freed" ]]
	[ ! -e "$versions/3.13.5/envs/notes" ] && [ ! -L "$versions/notes" ] && [ ! -L "$versions/also" ]
	[ ! -e "$PYVERN_ROOT/shims/only-here" ]
	[ -e "$versions/shop" ]
}

@test "pyenv.md 9: delete by the long name keeps a different link of the short one" {
	pyvern virtualenv -q -f 3.12 notes
	pyvern virtualenv-delete -f 3.13.5/envs/notes
	[ ! -e "$versions/3.13.5/envs/notes" ]
	[ "$(readlink "$versions/notes")" = "$versions/3.12.1/envs/notes" ]
	run pyvern virtualenv-delete --force --quiet 3.12.1/envs/notes
	[ "$output" = "" ]
	[ ! -L "$versions/notes" ]
}

@test "pyenv.md 9: delete asks; -f does not, and says nothing when there is nothing" {
	as_pyenv
	run pyvern virtualenv-delete notes <<<n
	[ "$status" -eq 1 ]
	[ "$output" = "" ]
	[ -e "$versions/notes" ]
	run pyvern virtualenv-delete notes <<<y
	[ "$status" -eq 0 ]
	[ ! -L "$versions/notes" ]
	run pyvern virtualenv-delete -f notes
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	run pyvern virtualenv-delete notes
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: \`notes' is not a virtualenv."
	run pyvern virtualenv-delete 3.13.5/envs/notes
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: virtualenv \`notes' not installed"
	rm "$PYVERN_ROOT/face"
	refuses 2 "virtualenv-delete 3.12.1/envs/shop needs a yes" pyvern virtualenv-delete shop </dev/null
}

@test "pyenv.md 9: delete refuses versions and links to unknown places, whoever forces it" {
	as_pyenv
	run pyvern virtualenv-delete 3.12.1
	[ "$status" -eq 1 ]
	is_output "pyenv-virtualenv: \`3.12.1' is not a virtualenv."
	mkdir -p "$T/elsewhere/bin"
	ln -s "$T/elsewhere" "$versions/far"
	ln -s 3.12.1 "$versions/mine"
	for name in far mine; do
		for force in "" -f; do
			# shellcheck disable=SC2086 # no word
			run pyvern virtualenv-delete $force $name
			[ "$status" -eq 1 ]
			is_output "pyenv-virtualenv: \`$versions/$name' is a symlink for unknown location."
		done
	done
	[ -d "$T/elsewhere/bin" ] && [ -d "$versions/3.12.1" ] && [ -L "$versions/far" ]
	for name in .. . / 3.12.1/envs/.. 3.12.1/.. "" 3.12.1/envs/; do
		run pyvern virtualenv-delete "$name"
		[ "$status" -eq 1 ]
		run pyvern virtualenv-delete -f "$name"
		[ -e "$versions/3.12.1/envs/shop/bin/python" ]
	done
}

@test "uninstalling a version takes the links to its environments along" {
	run pyvern uninstall --yes 3.13.5
	[ "$status" -eq 6 ]
	run pyvern uninstall --force --yes 3.13.5
	[ "$status" -eq 0 ]
	[ ! -L "$versions/notes" ] && [ ! -e "$versions/3.13.5" ]
	[ -e "$versions/shop/bin/python" ]
}
