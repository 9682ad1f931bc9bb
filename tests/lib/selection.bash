# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets status and output
# A private home, root and installation with the real shim program and two fake
# Pythons, for tests of what is chosen. Source it with `load ../lib/selection`.

# shellcheck source=tests/lib/versions.bash
. "$PYVERN_TEST_SOURCE/tests/lib/versions.bash"

selection_setup() {
	versions_setup
	cp "$PYVERN_TEST_STAGE/libexec/pyvern/pyvern-shim" "$T/shim.new"
	mv "$T/shim.new" "$T/prefix/libexec/pyvern/pyvern-shim"
	fake_version 3.12.1 python3 python3.12 black
	fake_version 3.13.5 python3 python3.13 pip show
	program 3.13.5 show <<-'END'
		#!/bin/sh
		printf '%s\n' "$0" "$@" "$PATH" "${PYENV_VERSION-none}" "${PYVERN_VERSION-none}"
	END
	mkdir "$T/system"
	printf '#!/bin/sh\necho system\n' >"$T/system/python"
	chmod 755 "$T/system/python"
	pyvern rehash >/dev/null 2>&1
	PATH=$PYVERN_ROOT/shims:$T/prefix/bin:$T/system:/usr/bin:/bin
}

# Make the program NAME of the version from standard input.
program() {
	cat >"$PYVERN_ROOT/versions/$1/bin/$2"
	chmod 755 "$PYVERN_ROOT/versions/$1/bin/$2"
}

pin() {
	printf '%s\n' "$@" >.python-version
}

# The output is exactly the lines given.
is_output() {
	local expected
	expected=$(printf '%s\n' "$@")
	[ "$output" != "$expected" ] || return 0
	printf 'expected:\n%s\ngot:\n%s\n' "$expected" "$output" >&2
	return 1
}
