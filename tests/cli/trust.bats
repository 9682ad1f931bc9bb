#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern trust: which environments of others are believed, and which are not.
# shellcheck disable=SC2154,SC2016 # run sets stderr; $() is to stay as it is

bats_require_minimum_version 1.5.0
load ../lib/venv
load ../lib/registry

setup() {
	venv_setup
	umask 022
	unset PYVERN_AUTO_INSTALL PYENV_AUTO_INSTALL VIRTUAL_ENV PYENV_VIRTUAL_ENV
}

# An environment as `python -m venv` makes it, where there is one.
their_env() {
	mkdir -p "$(dirname "$1")"
	/usr/bin/python3 -m venv --without-pip "$1" || skip "this python3 has no venv"
}

@test "an environment, or the project that has it, is trusted by a new id of its own" {
	their_env api/.venv
	cp api/.venv/pyvenv.cfg "$T/before"
	run --separate-stderr pyvern trust api
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	[[ $stderr =~ ^"+ $PWD/api/.venv   Python 3."[0-9.]+" of /usr, made by venv"$ ]]
	knows "trusted /usr - $PWD/api/.venv"
	grep -v '^pyvern-id = ' api/.venv/pyvenv.cfg | cmp - "$T/before"
	[ "$(grep -c '^pyvern-id = [0-9a-f]\{32\}$' api/.venv/pyvenv.cfg)" -eq 1 ]
	# Python itself does not mind the line.
	api/.venv/bin/python -c 'import sys; assert sys.prefix != sys.base_prefix'
	before=$(known)
	run --separate-stderr pyvern trust api/.venv
	[ "$status" -eq 0 ]
	[[ $stderr == "= $PWD/api/.venv   "*"trusted already" ]]
	[ "$(known)" = "$before" ]
}

@test "an id that came with it is not kept: whoever made it knows that one" {
	their_env .venv
	echo 'pyvern-id = 0123456789abcdef0123456789abcdef' >>.venv/pyvenv.cfg
	pyvern trust -q .
	run grep -c 0123456789abcdef0123456789abcdef .venv/pyvenv.cfg
	[ "$output" = 0 ]
}

@test "a copy in its place, with its id, is another one" {
	their_env .venv
	pyvern trust -q .
	cp -a .venv copy
	rm -r .venv
	mkdir other
	mv copy .venv
	run --separate-stderr pyvern trust --list
	[ -z "$output" ]
	run --separate-stderr pyvern venvs
	[[ $output == *"not trusted"* ]]
}

@test "what others may change is refused, and --force says it anyway" {
	for spoil in 'chmod g+w .venv' 'chmod o+w .venv' 'chmod o+w .venv/pyvenv.cfg' \
		'chmod o+w .venv/bin' 'chmod o+w .venv/lib'; do
		rm -rf .venv
		their_env .venv
		# Not the user's own group.
		[ "$(id -u)" -ne 0 ] || chgrp -R 12345 .venv
		$spoil
		if [ "$(id -u)" -ne 0 ] && [[ $spoil == *g+w* ]]; then
			continue
		fi
		cp .venv/pyvenv.cfg "$T/before"
		refuses 6 "$PWD/.venv is not trusted: others may change it" pyvern trust .
		[[ $stderr == *"because  "*" may write to $PWD/.venv"* ]]
		[[ $stderr == *"to fix   pyvern trust --force ." ]]
		cmp .venv/pyvenv.cfg "$T/before"
	done
	knows
	run --separate-stderr pyvern trust --force .
	[ "$status" -eq 0 ]
	[[ $stderr == *"  but "*"may write to"* ]]
	knows "forced /usr - $PWD/.venv"
	run --separate-stderr pyvern trust --list
	[ "$output" = "forced  $PWD/.venv" ]
}

@test "one that belongs to somebody else" {
	[ "$(id -u)" -eq 0 ] || skip "only root can give files away"
	their_env .venv
	chown -R 12345 .venv
	refuses 6 "$PWD/.venv is not trusted" pyvern trust .
	[[ $stderr == *"because  $PWD/.venv belongs to user 12345"* ]]
	pyvern trust -q --force .
	[ "$(stat -c %u .venv/pyvenv.cfg)" -eq 12345 ]
	run --separate-stderr pyvern trust -l
	[ "$output" = "forced  $PWD/.venv" ]
}

@test "the user's own group is nobody else" {
	[ "$(id -un)" = "$(id -gn)" ] || skip "this user has no group of his own"
	their_env .venv
	chmod g+w .venv .venv/pyvenv.cfg
	run --separate-stderr pyvern trust .
	[ "$status" -eq 0 ]
}

@test "one whose folder everybody may write to later is not believed any more" {
	their_env .venv
	pyvern trust -q .
	chmod o+w .venv
	run --separate-stderr pyvern trust --list
	[ -z "$output" ]
}

@test "what is no environment is refused" {
	mkdir empty file
	echo 'home = /usr/bin' >file/.venv
	for dir in empty file missing; do
		refuses 1 "$PWD/$dir is no environment, and has no .venv" pyvern trust "$dir"
	done
	mkdir -p old/bin old/lib/python2.7
	echo /usr >old/lib/python2.7/orig-prefix.txt
	refuses 1 "$PWD/old cannot be trusted: it has no pyvenv.cfg" pyvern trust old
	mkdir linked
	echo 'home = /usr/bin' >cfg
	ln -s ../cfg linked/pyvenv.cfg
	run --separate-stderr pyvern trust linked
	[ "$status" -eq 1 ]
	[ "$(cat cfg)" = 'home = /usr/bin' ]
	refuses 2 "the folder's name is empty" pyvern trust ''
	refuses 2 "trust takes one environment" pyvern trust
	refuses 2 "trust takes one environment" pyvern trust a b
	refuses 2 "trust --list takes nothing else" pyvern trust --list .
}

@test "--remove: known, and not trusted any more; what was made, too" {
	their_env .venv
	pyvern trust -q .
	pyvern venv -q -p 3.13.5 made
	run --separate-stderr pyvern trust --remove .
	[ "$status" -eq 0 ]
	[ "$stderr" = "- $PWD/.venv   not trusted any more" ]
	pyvern trust -q --remove made
	knows "found /usr - $PWD/.venv" "found 3.13.5 - $PWD/made"
	run --separate-stderr pyvern trust --remove .
	[ "$status" -eq 0 ]
	[ "$stderr" = "= $PWD/.venv   was not trusted" ]
	run --separate-stderr pyvern trust --remove nowhere
	[ "$stderr" = "= $PWD/nowhere   was not trusted" ]
	pyvern trust -q made
	knows "found /usr - $PWD/.venv" "trusted 3.13.5 - $PWD/made"
}

@test "--list: those that are ours" {
	their_env .venv
	pyvern trust -q .
	pyvern venv -q -p 3.13.5 made
	cp -a .venv found
	pyvern venvs scan . >/dev/null 2>&1
	run --separate-stderr pyvern trust --list
	[ "$status" -eq 0 ]
	is_output "trusted  $PWD/.venv" "made     $PWD/made"
}

@test "without a place to write it down, it is an error that says so" {
	their_env .venv
	: >"$T/file"
	cp .venv/pyvenv.cfg "$T/before"
	XDG_STATE_HOME=$T/file run --separate-stderr pyvern trust .
	[ "$status" -eq 1 ]
	[[ $stderr == "pyvern: cannot trust $PWD/.venv: "*"$T/file"* ]]
	run --separate-stderr env -u HOME -u XDG_STATE_HOME pyvern trust .
	[ "$status" -eq 1 ]
	[[ $stderr == *"HOME is not set"* ]]
	cmp .venv/pyvenv.cfg "$T/before"
}

@test "hostile names" {
	while IFS= read -r name; do
		their_env "p/$name/.venv"
		pyvern trust -q -- "p/$name"
		known | grep -qxF "trusted /usr - $PWD/p/$name/.venv"
	done < <(hostile_names)
	[ ! -e pwned ]
	their_env "$(printf 'new\nline')"
	run --separate-stderr pyvern trust "$(printf 'new\nline')"
	[ "$status" -eq 1 ]
	[[ $stderr == *'has control characters'* ]]
}
