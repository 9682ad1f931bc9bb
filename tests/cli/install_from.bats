#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# pyvern install --from FILE: what no catalogue knows. Addresses are asked in
# tests/faults/settings.bats; what names tell is in tests/unit/test_catalog_named.c.

bats_require_minimum_version 1.5.0
load ../lib/packages

setup_file() {
	unlisted_packages 'cpython 9.9.1' 'standalone 9.9.2'
	line=$(tail -n 1 "$PKG/rows")
	mkdir "$PKG/a b"
	machine=$(uname -m)
	case $(printf '%s' "$line" | cut -f7) in
	musl) libc=musl ;;
	*) libc=gnu ;;
	esac
	BUILD="$PKG/a b/cpython-9.9.2+20261101-$machine-unknown-linux-$libc-install_only.tar.gz"
	mv "$PKG"/standalone-9.9.2*.tar.gz "$BUILD"
	SOURCE=$PKG/Python-9.9.1.tar.gz
	cp "$SOURCE" "$PKG/snapshot.tar.gz"
	SUM=$(sha256sum "$SOURCE" | cut -c1-64)
	export BUILD SOURCE SUM
}

setup() {
	own_root
}

receipt() {
	grep -o "\"$2\": *\"[^\"]*\"" "$PYVERN_ROOT/versions/$1/.pyvern/receipt.json" |
		head -n 1 | sed 's/.*: *"\(.*\)"/\1/'
}

@test "a source that no list knows is built; without a digest that is said" {
	run_pyvern 0 install 9.9.1 --from "$SOURCE"
	has '+ 9.9.1'
	has 'from source'
	has "checked  nothing: no digest was given (sha256 $SUM)"
	[ "$(receipt 9.9.1 provenance)" = user-file ]
	"$PYVERN_ROOT/versions/9.9.1/bin/python3.9" -c '' || [ -x "$PYVERN_ROOT/versions/9.9.1/bin/python" ]
	# The file stays where it is, and no copy of it is made.
	[ -f "$SOURCE" ]
	[ -z "$(find "$PYVERN_ROOT/cache" -type f -name '*Python*' 2>/dev/null)" ]
}

@test "a build that no list knows, from a path with a blank; its digest holds" {
	run_pyvern 0 install --from "$BUILD" --sha256 "$(sha256sum "$BUILD" | cut -c1-64)"
	has '+ 9.9.2'
	has 'standalone build'
	has 'build 20261101'
	has 'checked  sha256, the one given'
	[ "$(receipt 9.9.2 provenance)" = user-digest ]
}

@test "a relative path is one from here; the version may be the beginning of one" {
	cd "$PKG"
	run_pyvern 0 install 9.9 --from "./Python-9.9.1.tar.gz"
	has '+ 9.9.1'
}

@test "another digest: nothing is installed" {
	local other=${SUM:1}0
	run_pyvern 5 install 9.9.1 --from "$SOURCE" --sha256 "$other"
	has "expected  sha256 $other"
	has "got       sha256 $SUM"
	nothing_made
}

@test "a name that says nothing: --build tells" {
	run_pyvern 2 install 9.9.1 --from "$PKG/snapshot.tar.gz"
	has 'cannot be told by its name'
	has 'to fix   --build with it'
	nothing_made
	run_pyvern 0 install 9.9.1 --build --from "$PKG/snapshot.tar.gz"
	has '+ 9.9.1'
}

@test "what contradicts itself is refused before anything is made" {
	run_pyvern 2 install 9.9.2 --from "$SOURCE"
	has 'Python-9.9.1.tar.gz is 9.9.1 by its name, not 9.9.2'
	run_pyvern 2 install 9.9.1 9.9.2 --from "$SOURCE"
	has 'of one version'
	run_pyvern 2 install 9.9.1 --prebuilt --from "$SOURCE"
	run_pyvern 2 install 9.9.2 --build --from "$BUILD"
	run_pyvern 2 install 9.9.1 --sha256 "$SUM"
	has '--sha256 is of the file that --from names'
	run_pyvern 2 install 9.9.1 --from "$SOURCE" --sha256 0123
	has '0123 is no SHA-256'
	run_pyvern 2 install --from "$BUILD" --patch </dev/null
	nothing_made
}

@test "a file that is not there, or none" {
	run_pyvern 2 install 9.9.1 --from "$T/Python-9.9.1.tgz"
	has "$T/Python-9.9.1.tgz cannot be read: no such file or directory"
	mkdir "$T/Python-9.9.1.tgz"
	run_pyvern 2 install 9.9.1 --from "$T/Python-9.9.1.tgz"
	has 'is no file'
	nothing_made
}

@test "an address without https and without a digest is not asked" {
	run_pyvern 2 install 9.9.1 --from http://example.org/Python-9.9.1.tgz
	has 'without https and without --sha256'
	run_pyvern 4 install 9.9.1 --offline --from https://example.org/Python-9.9.1.tgz
	has '--offline forbids'
	nothing_made
}

@test "it is there already: = and nothing is read; --force makes it again" {
	run_pyvern 0 install 9.9.1 --from "$SOURCE"
	run_pyvern 0 install 9.9.1 --from "$SOURCE"
	has '= 9.9.1'
	run_pyvern 0 install --force 9.9.1 --from "$SOURCE"
	has '~ 9.9.1'
}

@test "in pyenv's face, too" {
	mkdir -p "$PYVERN_ROOT"
	echo pyenv >"$PYVERN_ROOT/face"
	run_pyvern 0 install 9.9.1 --from "$SOURCE"
	has "Installed Python-9.9.1 to $PYVERN_ROOT/versions/9.9.1"
}
