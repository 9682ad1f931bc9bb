#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern versions

load ../lib/versions

setup() {
	versions_setup
}

@test "an empty root is listed, and not made" {
	run pyvern versions --bare
	[ "$status" -eq 0 ]
	[ "$output" = "" ]
	[ ! -e "$PYVERN_ROOT" ]
}

@test "versions stand in the order of their numbers, environments below theirs" {
	fake_version 3.9.1
	fake_version 3.10.2
	fake_version 3.13.0
	fake_env 3.9.1 shop
	run pyvern versions --bare
	[ "$status" -eq 0 ]
	[ "$output" = "3.9.1
3.9.1/envs/shop
3.10.2
3.13.0
shop" ]
	run pyvern versions --bare --skip-aliases --skip-envs
	[ "$output" = "3.9.1
3.10.2
3.13.0" ]
}

@test "a star and who set it" {
	fake_version 3.9.1
	fake_version 3.10.2
	fake_env 3.9.1 shop
	echo 3.10 >"$PYVERN_ROOT/version"
	run pyvern versions
	has_line "* 3.10.2 (set by $PYVERN_ROOT/version)"
	has_line "  3.9.1"
	has_line "  shop --> 3.9.1/envs/shop"
	printf '3.9\nsystem\n' >.python-version
	run pyvern versions
	has_line "* 3.9.1 (set by $T/project/.python-version)"
	has_line "  3.10.2"
	PYENV_VERSION=3.10.2 run pyvern versions
	has_line "* 3.10.2 (set by PYENV_VERSION environment variable)"
}

# `versions` named one, and every other command said that there was none.
@test "another root's shims are no system" {
	mkdir -p "$T/other/shims" "$T/other/versions"
	printf '#!/bin/sh\n' >"$T/other/shims/python3"
	chmod 755 "$T/other/shims/python3"
	fake_version 3.9.1
	PATH=$T/prefix/bin:$T/other/shims run pyvern versions
	[ "$output" = "  3.9.1" ]
}

@test "system comes first where there is one" {
	mkdir "$T/system"
	printf '#!/bin/sh\n' >"$T/system/python3"
	chmod 755 "$T/system/python3"
	fake_version 3.9.1
	echo system >"$PYVERN_ROOT/version"
	PATH=$T/prefix/bin:$T/system run pyvern versions
	[ "${lines[0]}" = "* system (set by $PYVERN_ROOT/version)" ]
	PATH=$T/prefix/bin run pyvern versions
	[ "$output" = "  3.9.1" ]
	rm -r "$PYVERN_ROOT"
	PATH=$T/prefix/bin run pyvern versions
	[ "$status" -eq 1 ]
	[ "$output" = "pyvern: no Python is installed, and the system has none" ]
}

@test "links lead where they lead; dangling ones, files and hidden names are left out" {
	fake_version 3.9.1
	ln -s /usr "$PYVERN_ROOT/versions/brew"
	ln -s 3.9.1 "$PYVERN_ROOT/versions/mine"
	ln -s nowhere "$PYVERN_ROOT/versions/gone"
	touch "$PYVERN_ROOT/versions/file"
	mkdir "$PYVERN_ROOT/versions/.staging"
	mkdir "$PYVERN_ROOT/versions/$(printf 'a\033[31mb')"
	run pyvern versions --bare
	[ "$output" = "3.9.1
brew
mine" ]
	run pyvern versions --bare --skip-aliases
	[ "$output" = "3.9.1
brew" ]
}

@test "JSON has all of it" {
	fake_version 3.9.1
	fake_env 3.9.1 shop
	echo 3.9 >.python-version
	run pyvern versions --json
	[ "$status" -eq 0 ]
	echo "$output" | tr -d ' \n' >"$T/json"
	grep -q '^{"schema":1,"versions":\[' "$T/json"
	grep -q "{\"name\":\"3.9.1\",\"kind\":\"version\",\"path\":\"$PYVERN_ROOT/versions/3.9.1\",\"target\":null,\"selected\":true,\"origin\":\"$T/project/.python-version\"}" "$T/json"
	grep -q '{"name":"3.9.1/envs/shop","kind":"environment",' "$T/json"
	grep -q '{"name":"shop","kind":"link",[^}]*"target":"3.9.1/envs/shop","selected":false,"origin":null}' "$T/json"
}

@test "a root that pyenv made is named until we have made something in it" {
	fake_version 3.9.1
	mkdir "$PYVERN_ROOT/libexec"
	touch "$PYVERN_ROOT/libexec/pyenv"
	run pyvern versions
	[[ $output == *"this root is pyenv's ($PYVERN_ROOT)"* ]]
	pyvern rehash
	run pyvern versions
	[[ $output != *"pyenv's"* ]]
}

@test "operands and unknown options are refused" {
	run pyvern versions 3.9
	[ "$status" -eq 2 ]
	run pyvern versions --nope
	[ "$status" -eq 2 ]
}

@test "pyenv's face lists versions as sort --version-sort does (pyenv.md 2)" {
	printf '' | sort --version-sort 2>/dev/null || skip "sort knows no versions"
	rm -rf "$PYVERN_ROOT/versions"
	for name in 3.9.2 3.9.18 3.13.0 3.13.0t 3.14-dev 3.14.0 3.14.0b1 3.14.0rc2 blog shop Python3 a1 a-b \
		a_b graalpy-23 my-3.9 my-3.10 pypy3.10-7.3.17 pypy3.9-7.3.9 x~ x 3.9.2-x 010 10 1; do
		fake_version "$name"
	done
	fake_env 3.9.2 zoo
	fake_env 3.9.2 ant
	pyvern config set face pyenv
	run pyvern versions --bare --skip-envs
	[ "$output" = "$(printf '%s\n' "$PYVERN_ROOT/versions"/* | LC_ALL=C sort --version-sort | sed 's|.*/||')" ]
	run pyvern versions --bare
	[[ $output == *$'\n3.9.2\n3.9.2/envs/ant\n3.9.2/envs/zoo\n3.9.2-x\n'* ]]
}

# The same root under the other name.
as_pyenv() {
	mkdir -p "$PYVERN_ROOT"
	echo pyenv >"$PYVERN_ROOT/face"
}

@test "pyenv.md 2: the order of version-sort, with environments below any link" {
	as_pyenv
	fake_version 3.9.10
	fake_version 3.9.2
	fake_version 3.12.1
	fake_version pypy3.10-7.3.17
	fake_version brew
	fake_env 3.12.1 shop
	ln -s 3.12.1 "$PYVERN_ROOT/versions/3.12"
	run pyvern versions --bare
	[ "$output" = "3.9.2
3.9.10
3.12
3.12/envs/shop
3.12.1
3.12.1/envs/shop
brew
pypy3.10-7.3.17
shop" ]
	run pyvern versions --bare --skip-aliases
	[ "$output" = "3.9.2
3.9.10
3.12.1
3.12.1/envs/shop
brew
pypy3.10-7.3.17" ]
	run pyvern whence python
	[ "${lines[3]}" = 3.12/envs/shop ]
	[ "${lines[6]}" = brew ]
}

@test "pyenv.md 2: what is chosen and missing is told on stderr" {
	as_pyenv
	fake_version 3.9.2
	printf '3.4\n3.9\n*\n' >.python-version
	run --separate-stderr pyvern versions
	[ "$status" -eq 0 ]
	[ "${lines[${#lines[@]} - 1]}" = "* 3.9.2 (set by $T/project/.python-version)" ]
	[ "$stderr" = "pyenv: version \`3.4' is not installed (set by $T/project/.python-version)
pyenv: version \`*' is not installed (set by $T/project/.python-version)" ]
	run --separate-stderr pyvern versions --bare
	[ -z "$stderr" ]
}

@test "pyenv.md 2: nothing at all" {
	as_pyenv
	run --separate-stderr -1 env PATH="$T/prefix/bin" pyvern versions
	[ "$stderr" = "Warning: no Python detected on the system" ]
	run --separate-stderr -0 env PATH="$T/prefix/bin" pyvern versions --bare
	[ -z "$output$stderr" ]
}
