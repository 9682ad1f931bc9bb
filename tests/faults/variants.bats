#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Free-threaded and debug builds: one source, versions of their own.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	packages 'cpython 9.9.1' 'cpython 9.9.2' 'cpython 9.9.3rc1'
}

setup() {
	own_root
}

# Run pyvern; its lines in $output, its status in $status.
pyvern_run() {
	run pyvern "$@"
	echo "status $status"
	echo "$output"
}

# The options that a version was configured with.
configured() { # NAME
	sed -n 's/.*"configure": "\(.*\)".*/\1/p' "$versions/$1/.pyvern/receipt.json"
}

@test "9.9t is the newest 9.9 without the global lock, in a folder of that name" {
	pyvern_run install 9.9t
	[ "$status" -eq 0 ]
	has '+ 9.9.2t '
	only_versions 9.9.2t 9.9t
	[ "$(readlink "$versions/9.9t")" = 9.9.2t ]
	[[ $(configured 9.9.2t) == *" --disable-gil"* ]]
	[[ $(configured 9.9.2t) != *pydebug* ]]
	[ -d "$versions/9.9.2t/lib/python9.9t" ]
	grep -qx 'abi=cpython-99t' "$versions/9.9.2t/.pyvern/facts"
	grep -qx 'executables=python python9 python9.9 python9.9t' "$versions/9.9.2t/.pyvern/facts"
	run "$versions/9.9.2t/bin/python" --version
	[ "$output" = 'Python 9.9.2' ]
	for request in 9.9t 9.9.2t 9.9+freethreaded python9.9t cpython@9.9.2t latest+freethreaded; do
		pyvern_run install "$request"
		[ "$status" -eq 0 ]
		[ "$output" = '= 9.9.2t   installed' ]
	done
}

@test "with and without it side by side, each by its own name" {
	pyvern_run install 9.9.1t 9.9.1
	[ "$status" -eq 0 ]
	only_versions 9.9 9.9.1 9.9.1t 9.9t
	[[ $(configured 9.9.1) != *--disable-gil* ]]
	run env PYENV_VERSION=9.9t pyvern which python
	[ "$output" = "$versions/9.9.1t/bin/python" ]
	run env PYENV_VERSION=9.9 pyvern which python
	[ "$output" = "$versions/9.9.1/bin/python" ]
	run "$PYVERN_ROOT/shims/python9.9t" --version
	[ "$output" = 'Python 9.9.1' ]
}

@test "debug builds: pyenv's names, no alias" {
	pyvern_run install 9.9.1-debug
	[ "$status" -eq 0 ]
	has '+ 9.9.1-debug '
	only_versions 9.9.1-debug
	[[ $(configured 9.9.1-debug) == *" --with-pydebug"* ]]
	[[ $(configured 9.9.1-debug) != *--disable-gil* ]]
	[ -x "$versions/9.9.1-debug/bin/python9.9d" ]
	grep -qx 'abi=cpython-99d' "$versions/9.9.1-debug/.pyvern/facts"
	pyvern_run install 9.9.1d
	[ "$output" = '= 9.9.1-debug   installed' ]
	pyvern_run install 9.9.1t-debug
	[ "$status" -eq 0 ]
	has '+ 9.9.1t-debug '
	[[ $(configured 9.9.1t-debug) == *" --disable-gil --with-pydebug"* ]]
	grep -qx 'abi=cpython-99td' "$versions/9.9.1t-debug/.pyvern/facts"
	pyvern_run install 9.9+debug+freethreaded
	[ "$status" -eq 0 ]
	has '+ 9.9.2t-debug '
	pyvern_run install -g 9.9.1 9.9t 9.9
	[ "$status" -eq 0 ]
	has '= 9.9.1-debug '
	has '= 9.9.2t-debug '
	has '+ 9.9.2-debug '
	only_versions 9.9.1-debug 9.9.1t-debug 9.9.2-debug 9.9.2t-debug
}

@test "pre-releases have variants, too" {
	pyvern_run install 9.9.3rc1t
	[ "$status" -eq 0 ]
	has '+ 9.9.3rc1t '
	only_versions 9.9.3rc1t
	pyvern_run install 9.9.3rc1-debug
	[ "$status" -eq 0 ]
	only_versions 9.9.3rc1-debug 9.9.3rc1t
}

@test "before 3.13 there are no free-threaded builds: status 3, and what there is" {
	for request in 3.12t 3.12.9t 2.7t 3.9+freethreaded 312t 3.12t-debug; do
		pyvern_run install "$request"
		[ "$status" -eq 3 ]
		has "pyvern: no Python matches $request"
		has 'because  free-threaded builds begin with CPython 3.13'
		has 't (3.'
		[ ! -e "$versions" ]
	done
	pyvern_run install 9.9.7t
	[ "$status" -eq 3 ]
	has 'nearest  9.9t (9.9.2t)'
	[[ $output != *'begin with'* ]]
	pyvern_run install pypy3.11+freethreaded
	[ "$status" -eq 3 ]
}

@test "a build that kept the lock does not get the name" {
	FAKE_GIL=1 pyvern_run install 9.9.1t
	[ "$status" -eq 1 ]
	has 'pyvern: 9.9.1t: it was built with the global lock'
	has 'log'
	only_versions
}

@test "a pin can ask for one" {
	pyvern use --install 9.9+freethreaded
	[ "$(cat .python-version)" = 9.9t ]
	run pyvern which python
	[ "$output" = "$versions/9.9.2t/bin/python" ]
	pyvern uninstall --yes --force 9.9t
	only_versions
	pyvern_run install
	[ "$status" -eq 0 ]
	has '+ 9.9.2t '
}

@test "the list has them as pyenv's has" {
	run pyvern install --list
	[ "$status" -eq 0 ]
	grep -qx '  9.9.1' <<<"$output"
	grep -qx '  9.9.1t' <<<"$output"
	grep -qx '  9.9.3rc1t' <<<"$output"
	grep -qx '  3.13.5t' <<<"$output"
	[[ $output != *3.12.9t* ]]
}
