#!/usr/bin/env bats
# SPDX-License-Identifier: MIT
# Installing somebody's build: each call to the system fails once, and is the last one
# once. A version is whole or not there, and the next install puts all in order.
# shellcheck disable=SC2317 # sweep calls the functions

load ../lib/faults

makes='mkdirat|openat|symlinkat|linkat|write|pwrite64|renameat2|renameat|unlinkat|fsync|syncfs|fchmod'
looks="$makes|getdents64|newfstatat|fstat|readlinkat|fcntl|flock|read|pipe2|pread64|ftruncate"

setup() {
	T=$BATS_TEST_TMPDIR
	export HOME=$T/home PYVERN_ROOT=$T/root NO_COLOR=1
	export XDG_CONFIG_HOME=$HOME/.config XDG_STATE_HOME=$HOME/.state
	unset PYENV_ROOT PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR PYTHON_BUILD_CACHE_PATH
	unset PYTHON_BUILD_MIRROR_URL PYVERN_CPU_LEVEL PYTHON_CONFIGURE_OPTS CONFIGURE_OPTS
	export http_proxy=http://127.0.0.1:9 https_proxy=http://127.0.0.1:9
	export PATH=$PYVERN_TEST_STAGE/bin:$PATH
	# All of them take three minutes; they are run by hand (SWEEP_STEP=1).
	export SWEEP_STEP=${SWEEP_STEP:-5}
	mkdir -p "$HOME" "$T/pkg"
	{
		echo '# pyvern catalogue 1'
		sh "$PYVERN_TEST_SOURCE/tests/lib/fake-standalone.sh" 9.9.2 "$T/pkg"
	} >"$T/pkg/fake.tsv"
	cd "$HOME" || return
}

make_place() {
	rm -rf "${T:?}/root"
	mkdir -p "$PYVERN_ROOT/catalog"
	cp "$T/pkg/fake.tsv" "$PYVERN_ROOT/catalog/"
}

is() {
	"${@:2}" >"$T/after" 2>&1 || {
		echo "$1: $(cat "$T/after")"
		return 1
	}
}

# A version that is there is whole: it runs, and its receipt and manifest are with it.
is_whole() {
	local version=$PYVERN_ROOT/versions/9.9.2
	is "half a version" [ "$("$version/bin/python" -V 2>&1)" = 'Python 9.9.2' ] &&
		is "no receipt" [ -s "$version/.pyvern/receipt.json" ] &&
		is "no manifest" [ -s "$version/.pyvern/manifest.mtree" ]
}

judge() {
	is "hangs" [ "$1" -ne 124 ] || return
	[ "$1" -eq 0 ] || [ "$1" -ge 128 ] || is "fails without a word" [ -s "$T/said" ] || return
	[ ! -e "$PYVERN_ROOT/versions/9.9.2" ] || is_whole || return
	[ "$1" -ne 0 ] || is "succeeds without a version" [ -d "$PYVERN_ROOT/versions/9.9.2" ] || return
	is "the next install" pyvern install --skip-existing 9.9.2 || return
	is_whole || return
	is "the next rehash" pyvern rehash || return
	is "its shim" [ -e "$PYVERN_ROOT/shims/python9.9" ] || return
	is "the staging folder" [ -z "$(ls -A "$PYVERN_ROOT/.staging")" ]
}

@test "each call fails: install of a standalone build" {
	sweep error=EIO "$looks" install 9.9.2
}

@test "no room at each call: install of a standalone build" {
	sweep error=ENOSPC "$makes" install 9.9.2
}

@test "killed at each call: install of a standalone build" {
	sweep signal=SIGKILL "$makes" install 9.9.2
}
