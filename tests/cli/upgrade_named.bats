#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets stderr
# A named environment follows its series, and its folder stays in the old version's until it is
# moved: upgrade and gc say so, and venvs move does it.

bats_require_minimum_version 1.5.0

load ../lib/packages

setup_file() {
	packages 'standalone 9.8.1 noise=20' 'standalone 9.9.1 noise=20' 'standalone 9.9.2 noise=20'
}

setup() {
	own_root "$BATS_TEST_TMPDIR/home/.pyenv"
	mkdir code
	cd code || return
	pyvern install -q 9.8.1
	sed -i '/9\.9\.2/d' "$PYVERN_ROOT/catalog/fake.tsv"
	pyvern install -q 9.9.1
	pyvern virtualenv -q --without-pip 9.9 tools
	cp "$PKG/fake.tsv" "$PYVERN_ROOT/catalog/"
}

pyv() {
	run "-$1" --separate-stderr pyvern "${@:2}"
	echo "$stderr$output"
}

long_ago() {
	find "$versions" "$PYVERN_ROOT/.generations" -exec touch -h -d '100 days ago' {} +
}

@test "upgrade and gc say what to do; then the old version can go" {
	pyv 0 upgrade --dry-run 9.9
	[[ $stderr != *'venvs move'* ]]
	pyv 0 upgrade 9.9
	[[ $stderr == *$'\n  follow   tools\n'* ]]
	[[ $stderr == *$'\n  inside   the folder of tools is in 9.9.1 still: pyvern venvs move tools 9.9\n'* ]]
	long_ago
	pyv 0 gc --dry-run
	[[ $stderr == *$'\n= 9.9.1    needed by tools\n  move     tools follows 9.9, and only its folder is here: pyvern venvs move tools 9.9'* ]]
	pyv 0 gc --json --dry-run
	python3 -c '
import json, sys
one, = json.load(sys.stdin)["versions"]
assert one["needed_by"] == ["tools"] and one["only_inside"] == ["tools"], one
' <<<"$output"
	pyv 0 venvs move tools 9.9
	[[ $stderr =~ ^"~ tools    now in 9.9.2   "[0-9]+" files changed"$ ]]
	[ "$(readlink "$versions/tools")" = "$versions/9.9.2/envs/tools" ]
	[ ! -e "$versions/9.9.1/envs/tools" ]
	[ "$("$versions/tools/bin/python" --version)" = 'Python 9.9.2' ]
	grep -qx "VIRTUAL_ENV='$versions/9.9.2/envs/tools'" "$versions/tools/bin/activate"
	[ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
	pyv 0 venvs
	[[ $output == *'tools '*'9.9.2 (9.9)'* ]]
	long_ago
	pyv 0 gc --yes
	[ ! -e "$versions/9.9.1" ]
	[ "$("$versions/tools/bin/python" --version)" = 'Python 9.9.2' ]
}

@test "after a rollback it is said of the newer one, and moved back the same way" {
	pyvern upgrade -q 9.9
	pyvern venvs move tools 9.9
	pyv 0 rollback 9.9
	[[ $stderr == *$'\n  inside   the folder of tools is in 9.9.2 still: pyvern venvs move tools 9.9'* ]]
	pyv 0 venvs move tools 9.9.1
	[ "$(readlink "$versions/tools")" = "$versions/9.9.1/envs/tools" ]
	[ "$("$versions/tools/bin/python" --version)" = 'Python 9.9.1' ]
}

@test "one that is there already; one that was cut short" {
	pyv 0 venvs move tools 9.9
	[ "$stderr" = '= tools    is in 9.9.1 already' ]
	pyvern upgrade -q 9.9
	# Killed after its folder was moved: the link leads nowhere.
	mkdir -p "$versions/9.9.2/envs"
	mv "$versions/9.9.1/envs/tools" "$versions/9.9.2/envs/tools"
	pyv 0 venvs move tools 9.9
	[ "$(readlink "$versions/tools")" = "$versions/9.9.2/envs/tools" ]
}

@test "what is refused, with nothing changed" {
	pyvern upgrade -q 9.9
	pyv 1 venvs move tools 9.8
	[[ $stderr == *'tools is on 9.9.2, and not on 9.8.1'*'to fix   pyvern virtualenv 9.8 NAME'* ]]
	# Made for the very version: its Python goes with the folder.
	pyvern virtualenv -q --without-pip 9.9.1 old
	pyv 1 venvs move old 9.9
	[[ $stderr == *'old is on 9.9.1, and not on 9.9.2'* ]]
	pyv 2 venvs move tools 9.7
	[[ $stderr == *"tools is a named environment, whose place is its name's"*'pyvern venvs move tools 9.9'* ]]
	pyv 2 venvs move tools "$T/elsewhere"
	mkdir -p "$versions/9.9.2/envs/tools"
	: >"$versions/9.9.2/envs/tools/file"
	pyv 6 venvs move tools 9.9
	[[ $stderr == *'9.9.2/envs/tools exists already'* ]]
	[ "$(readlink "$versions/tools")" = "$versions/9.9.1/envs/tools" ]
	[ "$("$versions/tools/bin/python" --version)" = 'Python 9.9.2' ]
	VIRTUAL_ENV=$versions/tools pyv 6 venvs move tools 9.9
	[[ $stderr == *'! tools    is active in this shell, by its old place'* ]]
}
