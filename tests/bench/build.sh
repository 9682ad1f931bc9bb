#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make bench-build: 3.13.5 from its source through pyvern and through the steps of pyenv
# (configure, make, make install, ensurepip twice), wall and CPU time.
#
# usage: build.sh STAGE   (an installed tree)
# PYVERN_REAL_ROOT: a root whose cache has the source of 3.13.5. Everything is built once:
# it takes minutes. Where there is no ccache, its rows are left out.
set -eu

stage=$1
archive=$(find "${PYVERN_REAL_ROOT:?}/cache" -name '*-Python-3.13.5.tar.xz' | head -n 1)
[ -n "$archive" ] || { echo "no source of 3.13.5 in $PYVERN_REAL_ROOT/cache"; exit 1; }
work=$(mktemp -d "${TMPDIR:-/tmp}/pyvern-bench.XXXXXX")
trap 'rm -rf "${work:?}"' EXIT
trap 'exit 130' INT TERM

unset PYENV_VERSION PYVERN_VERSION PYENV_ROOT PYTHON_BUILD_MIRROR_URL PYTHON_CONFIGURE_OPTS
unset CC CFLAGS CPPFLAGS LDFLAGS MAKE_OPTS MAKEOPTS CONFIGURE_OPTS PYTHON_CFLAGS
export HOME=$work/home CCACHE_DIR=$work/ccache NO_COLOR=1 PYVERN_ROOT=$work/root
mkdir -p "$HOME" "$PYVERN_ROOT/cache"
cp "$archive" "$PYVERN_ROOT/cache/"
jobs=$(nproc)

base_wall=
base_cpu=
row() { # LABEL COMMAND...: run it, and print what it took, as a ratio of the first
	local label=$1 took wall cpu
	shift
	sync -f "$work"
	TIMEFORMAT='%R %U %S'
	took=$({ time "$@" >"$work/out" 2>&1 || echo failed >"$work/failed"; } 2>&1)
	[ ! -e "$work/failed" ] || { echo "$label failed:"; tail -n 20 "$work/out"; exit 1; }
	wall=${took%% *}
	cpu=$(echo "$took" | awk '{ printf "%.1f", $2 + $3 }')
	base_wall=${base_wall:-$wall}
	base_cpu=${base_cpu:-$cpu}
	echo "$label|$wall|$cpu" | awk -F'|' -v w="$base_wall" -v c="$base_cpu" \
		'{ printf "%-44s %7.1f s  x%.2f   %7.1f s CPU  x%.2f\n", $1, $2, $2 / w, $3, $3 / c }'
}

# As pyenv's python-build does it, without what its scripts take.
pyenv_steps() {
	local prefix=$work/pyenv
	mkdir "$work/src"
	tar -C "$work/src" --strip-components=1 -xf "$archive"
	cd "$work/src"
	CPPFLAGS=-I$prefix/include LDFLAGS="-L$prefix/lib -Wl,-rpath,$prefix/lib" \
		./configure --prefix="$prefix" --libdir="$prefix/lib" --enable-shared
	make -j"$jobs"
	make install
	"$prefix/bin/python3.13" -m ensurepip
	cd "$work"
	rm -rf "${work:?}/src"
}

ours() { # OPTION...
	"$stage/bin/pyvern" install --build --force -q "$@" 3.13.5
}

echo "3.13.5 from source, $jobs CPUs; ratios are of the first row"
row "pyenv's steps" pyenv_steps
echo "the same product (-g, tests, shared; nothing kept):"
row "pyvern --debug-info --tests --fresh" ours --debug-info --tests --fresh
echo "our defaults (no -g and no tests; the rest is the same):"
row "pyvern, first build" ours
if command -v ccache >/dev/null; then
	row "pyvern, the same again" ours
	row "pyvern, other options: --tests" ours --tests
fi
row "pyvern, other options: --static" ours --static
row "pyvern, smallest: --strip" ours --strip
