#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output and status
# A real CPython that we built: its own tests of what a build can break, and a build with
# what an earlier configure found out.
#
# PYVERN_REAL_ROOT: a root with 3.13.5 as `install --build` made it; its source may be in
# the cache.

bats_require_minimum_version 1.5.0

setup() {
	T=$BATS_TEST_TMPDIR
	real=${PYVERN_REAL_ROOT:-/nonexistent}
	[ -x "$real/versions/3.13.5/bin/python" ] || skip "no root with a real 3.13.5"
	unset "${!PYENV_@}" "${!PIP_@}" PYVERN_VERSION PYVERN_DIR PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS
	unset CC CFLAGS CPPFLAGS LDFLAGS PYTHON_CFLAGS MAKE_OPTS MAKEOPTS CONFIG_SITE
	export HOME=$T/home NO_COLOR=1 LC_ALL=C.UTF-8 PYVERN_ROOT=$T/root
	export PATH=$PYVERN_TEST_STAGE/bin:/usr/bin:/bin
	mkdir -p "$HOME"
	cd "$HOME" || return
}

@test "CPython's own tests for what a build can break" {
	python=$real/versions/3.13.5/bin/python
	[ -e "$real/versions/3.13.5/lib/python3.13/test/test_ssl.py" ] || skip "it has no tests"
	run "$python" -B -m test -j2 --timeout 300 test_ssl test_sqlite3 test_zlib test_ctypes \
		test_readline test_venv test_sysconfig test_ensurepip
	echo "$output" | tail -n 60
	[ "$status" -eq 0 ]
	[[ $output == *"All 8 tests OK"* || $output == *"Result: SUCCESS"* ]]
}

# Two answers of this configure, if they are kept, make another Python of it.
@test "built with kept answers it is the same Python" {
	archive=$(find "$real/cache" -name '*-Python-3.13.5.tar.xz' 2>/dev/null | head -n 1)
	[ -n "$archive" ] || skip "its source is not in the cache"
	mkdir -p "$PYVERN_ROOT/cache"
	cp "$archive" "$PYVERN_ROOT/cache/"
	# As far as configure goes: what it makes when it is asked all, and its answers.
	MAKE=false run pyvern install --build --offline --keep 3.13.5
	echo "$output" | tail -n 20
	[ "$status" -eq 1 ]
	mv "$PYVERN_ROOT/sources/3.13.5/Python-3.13.5" "$T/asked"
	run pyvern install --build --offline --keep --strip 3.13.5
	echo "$output" | tail -n 20
	[ "$status" -eq 0 ]
	[[ $output == *"kept answers of configure"* ]]
	# But for the stage's name.
	for file in pyconfig.h Makefile Modules/Setup.stdlib; do
		diff <(sed 's,/\.staging/[^/]*,,' "$T/asked/$file") \
			<(sed 's,/\.staging/[^/]*,,' "$PYVERN_ROOT/sources/3.13.5/Python-3.13.5/$file")
	done
	mine=$PYVERN_ROOT/versions/3.13.5
	run "$mine/bin/python" -c 'import ssl, sqlite3, ctypes, decimal; print(decimal.Decimal(1) / 3)'
	[ "$output" = 0.3333333333333333333333333333 ]
	run readelf -S "$mine/bin/python3.13"
	[[ $output != *.symtab* ]]
}
