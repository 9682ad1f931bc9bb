#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# shellcheck disable=SC2154 # bats sets output and status
# A real CPython that we built: its own tests of what a build can break, and a second
# build with what the first one's configure found out.
#
# PYVERN_REAL_ROOT: a root with 3.13.5 as `install --build` made it; its source may be in
# the cache, the answers of its configure in .answers.

bats_require_minimum_version 1.5.0

setup() {
	T=$BATS_TEST_TMPDIR
	real=${PYVERN_REAL_ROOT:-/nonexistent}
	[ -x "$real/versions/3.13.5/bin/python" ] || skip "no root with a real 3.13.5"
	unset "${!PYENV_@}" "${!PIP_@}" PYVERN_VERSION PYVERN_DIR PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS
	unset CC CFLAGS CPPFLAGS LDFLAGS PYTHON_CFLAGS MAKE_OPTS MAKEOPTS CONFIG_SITE
	export HOME=$T/home NO_COLOR=1 LC_ALL=C.UTF-8 PYVERN_ROOT=$T/root
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
@test "built again with kept answers it is the same Python" {
	archive=$(find "$real/cache" -name '*-Python-3.13.5.tar.xz' 2>/dev/null | head -n 1)
	[ -n "$archive" ] || skip "its source is not in the cache"
	mkdir -p "$PYVERN_ROOT/cache"
	cp "$archive" "$PYVERN_ROOT/cache/"
	[ ! -d "$real/.answers" ] || cp -R "$real/.answers" "$PYVERN_ROOT/"
	if [ -z "$(find "$PYVERN_ROOT/.answers" -type f 2>/dev/null)" ]; then
		skip "no answers of its configure were kept"
	fi
	run pyvern install --build --offline --strip 3.13.5
	echo "$output" | tail -n 20
	[ "$status" -eq 0 ]
	[[ $output == *"kept answers of configure"* ]] || skip "something has changed since: it was asked all again"
	mine=$PYVERN_ROOT/versions/3.13.5 theirs=$real/versions/3.13.5
	diff "$theirs/include/python3.13/pyconfig.h" "$mine/include/python3.13/pyconfig.h"
	for word in NO_AS_NEEDED MODULE__DECIMAL_CFLAGS CC OPT BASECFLAGS CONFIGURE_CFLAGS_NODIST \
		MODULE__SSL_LDFLAGS MODULE_READLINE_LDFLAGS LIBS SHLIBS PY_CORE_LDFLAGS; do
		diff <(grep "^$word=" "$theirs"/lib/python3.13/config-3.13-*/Makefile) \
			<(grep "^$word=" "$mine"/lib/python3.13/config-3.13-*/Makefile)
	done
	run "$mine/bin/python" -c 'import ssl, sqlite3, ctypes, decimal; print(decimal.Decimal(1) / 3)'
	[ "$output" = 0.3333333333333333333333333333 ]
	run readelf -S "$mine/bin/python3.13"
	[[ $output != *.symtab* ]]
}
