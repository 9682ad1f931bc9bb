#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# pyvern rollback: the alias leads to what it led to before.

bats_require_minimum_version 1.5.0
load ../lib/packages

load ../lib/versions

setup_file() {
	packages 'standalone 9.9.1 noise=20' 'standalone 9.9.2 noise=20' \
		'standalone 9.9.3 noise=20'
}

setup() {
	own_root
	mkdir site
	pyvern install -q 9.9.1
	pyvern venv -q --without-pip -p 9.9 site/.venv
}

# rollback ends with STATUS.
rollback() {
	run "-$1" --separate-stderr pyvern rollback "${@:2}"
	echo "$stderr$output"
}

leads_to() {
	[ "$(readlink "$versions/9.9")" = "$1" ]
}

@test "JOURNEYS 6: back, with what follows; and nothing before that" {
	pyvern upgrade -q 9.9
	leads_to 9.9.3
	rollback 0 9.9
	[[ $stderr == '~ 9.9      9.9.3 -> 9.9.1       1 environment starts'$'\n  follow   ~/site/.venv' ]]
	leads_to 9.9.1
	[ -d "$versions/9.9.3" ]
	[ "$(site/.venv/bin/python --version)" = 'Python 9.9.1' ]
	grep -qx 'version = 9.9.1' site/.venv/pyvenv.cfg
	# A command that names the series goes along; a range means what is there.
	pyvern global 9.9.1
	[ "$(PYENV_VERSION=9.9 pyvern which python9.9)" = "$versions/9.9.1/bin/python9.9" ]
	[ "$(PYENV_VERSION='>=9.9' pyvern version-name)" = 9.9.3 ]
	# It stays so, whoever makes aliases right.
	pyvern rehash
	pyvern install -q 9.9.3
	leads_to 9.9.1
	rollback 1 9.9
	[[ $stderr == *'9.9 has nothing to go back to'*'is       9.9.1'* ]]
	leads_to 9.9.1
}

@test "step by step, the last one first" {
	pyvern install -q 9.9.2
	pyvern install -q 9.9.3
	leads_to 9.9.3
	pyvern rollback -q 9.9
	leads_to 9.9.2
	rollback 0 9.9.2
	leads_to 9.9.1
	# Both are left: an upgrade goes to the newest.
	pyvern upgrade -q 9.9
	leads_to 9.9.3
}

@test "what it led to before is gone" {
	pyvern upgrade -q 9.9
	pyvern uninstall -q --yes --force 9.9.1
	rollback 1 9.9
	[[ $stderr == *'before   9.9.1, which is not installed any more'* ]]
	[[ $stderr == *'to fix   pyvern install 9.9.1 && pyvern rollback 9.9' ]]
	pyvern install -q 9.9.1
	rollback 0 9.9
	leads_to 9.9.1
}

@test "history that cannot be read is not written over" {
	pyvern upgrade -q 9.9
	cp "$PYVERN_ROOT/.generations/9.9" "$T/before"
	chmod 0 "$PYVERN_ROOT/.generations/9.9"
	with_plain_rights pyvern rollback 9.9
	[ "$status" -eq 1 ]
	[[ $stderr == *"$PYVERN_ROOT/.generations/9.9: permission denied"* ]]
	with_plain_rights pyvern install -q 9.9.3
	cmp "$PYVERN_ROOT/.generations/9.9" "$T/before"
	chmod 644 "$PYVERN_ROOT/.generations/9.9"
	rollback 0 9.9
	leads_to 9.9.1
}

@test "--dry-run, --json, and what does not start" {
	pyvern upgrade -q 9.9
	run -0 --separate-stderr pyvern rollback --dry-run 9.9
	[[ $stderr == '~ 9.9      9.9.3 -> 9.9.1, if it were done'* ]]
	leads_to 9.9.3
	touch site/.venv/lib/broken
	rollback 1 9.9
	[[ $stderr == *'9.9 stays at 9.9.3: ~/site/.venv does not start on 9.9.1'*'to fix   pyvern rollback --force 9.9' ]]
	leads_to 9.9.3
	run -0 --separate-stderr pyvern rollback --force --json 9.9
	leads_to 9.9.1
	[[ $output == *'"schema": 1'*'"from": "9.9.3"'*'"to": "9.9.1"'*'~/site/.venv'* ]]
}

@test "what is no series" {
	rollback 2
	rollback 3 9.8
	[[ $stderr == *'no 9.8 is installed'* ]]
	echo '../../etc' >"$PYVERN_ROOT/odd"
	mkdir -p "$PYVERN_ROOT/.generations"
	printf 'was ../../../etc\nwas .staging\nwhat is this\n' >"$PYVERN_ROOT/.generations/9.9"
	rollback 1 9.9
	leads_to 9.9.1
}
