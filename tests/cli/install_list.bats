#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern install --list: bare names of all that can be installed on this machine.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup() {
	own_root
}

# face NAME: whose root it is.
face() {
	echo "$1" >"$PYVERN_ROOT/face"
}

# names LINE...: the list is these, in this order.
names() {
	local expected
	expected=$(printf '  %s\n' "$@")
	echo "$output"
	[ "$output" = "Available versions:"$'\n'"$expected" ]
}

@test "sources, their free-threaded builds, and what others have built for this machine" {
	run -0 --separate-stderr pyvern install --list
	[ -z "$stderr" ]
	[ "${lines[0]}" = 'Available versions:' ]
	for name in 2.7.18 3.13.5 3.13.5t 3.15.0b4 3.15.0b4t; do
		grep -qx "  $name" <<<"$output"
	done
	[ "$(grep -c -e debug -e -dev -e jython <<<"$output")" -eq 0 ]
	# Each once.
	[ -z "$(sort <<<"$output" | uniq -d)" ]
	case $(uname -sm) in
	"Linux x86_64")
		ldd --version 2>&1 | grep -q musl || grep -qx '  pypy3.11-7.3.20' <<<"$output"
		;;
	esac
}

@test "what begins with VERSION, whole numbers only" {
	run -0 pyvern install --list 3.1
	[ "$(grep -c '3\.1[0-9]' <<<"$output")" -eq 0 ]
	grep -qx '  3.1.5' <<<"$output"
	run -0 pyvern install --list 3.13.5
	names 3.13.5 3.13.5t
	run -3 pyvern install --list 3.31
	[[ $output == *'no Python matches 3.31'* ]]
}

@test "builds for other machines are not listed, free-threaded ones under their names" {
	digest=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef
	line() {
		printf 'cpython\t%s\t%s\tstandalone\t%s\t%s\t%s\t\t20260101\thttps://example.org/%s%s.tar.gz\t%s\t0\n' \
			"$@" "$1" "$2" "$digest"
	}
	libc=gnu
	if ldd --version 2>&1 | grep -q musl; then libc=musl; fi
	here=$(uname -m)
	{
		echo '# pyvern catalogue 1'
		line 9.9.1 '' linux "$here" $libc
		line 9.9.1 debug linux "$here" $libc
		line 9.9.2 freethreaded linux "$here" $libc
	} >"$PYVERN_ROOT/catalog/cpython-linux-$here-$libc.tsv"
	{
		echo '# pyvern catalogue 1'
		line 9.9.3 '' linux other gnu
	} >"$PYVERN_ROOT/catalog/cpython-linux-other-gnu.tsv"
	run -0 pyvern install --list 9
	names 9.9.1 9.9.2t
}

@test "pyenv.md 7: pyenv's order in its face, whatever stands behind --list" {
	face pyenv
	run -0 pyvern install --list nothing-like-that
	[ "${lines[0]}" = 'Available versions:' ]
	[ "${lines[1]}" = '  2.0.1' ]
	# Numbers as numbers, names before what they begin, other families by their names.
	order=$(grep -nxE '  (3.9.25|3.10.0|3.13.5|3.13.5t|3.14.0|3.14.0rc2|3.14.1)' <<<"$output" | sed 's/.*  //' | tr '\n' ' ')
	echo "$order"
	[ "$order" = '3.9.25 3.10.0 3.13.5 3.13.5t 3.14.0 3.14.0rc2 3.14.1 ' ]
}
