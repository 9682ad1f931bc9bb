#!/usr/bin/env bash
# SPDX-License-Identifier: MIT
# make bench-venv: making an environment, without pip and with it, beside the pure making of
# the same files, `python -m venv`, virtualenv and uv; the first start of its pip; and what a
# project's .venv costs a shim.
#
# usage: venv.sh STAGE SOURCE   (an installed tree, the source tree)
# PYVERN_REAL_ROOT: a root with 3.13.5, of which a copy is used. ROUNDS (default 30); UV,
# VIRTUALENV: programs (default: from PyPI, into the bench's own folder; not compared
# where that cannot be reached).
set -eu

stage=$1
source=$2
rounds=${ROUNDS:-30}
work=$(mktemp -d "${TMPDIR:-/tmp}/pyvern-bench.XXXXXX")
trap 'rm -rf "${work:?}"' EXIT
trap 'exit 130' INT TERM

unset PYENV_VERSION PYVERN_VERSION PYVERN_ROOT PYENV_ROOT VIRTUAL_ENV PYTHONPATH PYTHONHOME
unset XDG_STATE_HOME XDG_DATA_HOME XDG_CONFIG_HOME PYTHONDONTWRITEBYTECODE
export HOME=$work/home NO_COLOR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
mkdir -p "$HOME" "$work/root/versions" "$work/new"
# Seeds are linked: the copy is where the environments will be.
cp -a "${PYVERN_REAL_ROOT:?}/versions/3.13.5" "$work/root/versions/"
python=$work/root/versions/3.13.5/bin/python3.13
pyvern=$stage/bin/pyvern
export PYVERN_ROOT=$work/root
"$pyvern" relocate 3.13.5 >/dev/null 2>&1 || true
"$pyvern" global 3.13.5 >/dev/null 2>&1
"$pyvern" rehash >/dev/null 2>&1

# shellcheck disable=SC2086 # may be more than a word ("ccache gcc")
{
	${CC:-cc} -O2 -static -o "$work/tree_limit" "$source/tests/bench/tree_limit.c"
	${CC:-cc} -O2 -o "$work/rounds" "$source/tests/bench/rounds.c"
	${CC:-cc} -O2 -static -nostdlib -ffreestanding -fno-stack-protector -o "$work/nothing" \
		"$source/tests/bench/nothing.c"
}

# from_pypi NAME: the program of that name, or none.
from_pypi() {
	[ -x "$work/tools/bin/pip" ] || "$pyvern" venv -q -p 3.13.5 "$work/tools"
	"$work/tools/bin/pip" install -q "$1" >/dev/null 2>&1 || return 0
	echo "$work/tools/bin/$1"
}
uv=${UV:-$(from_pypi uv)}
virtualenv=${VIRTUALENV:-$(from_pypi virtualenv)}
[ -n "$uv" ] || echo "no uv (UV=PROGRAM, or PyPI): not compared"
[ -n "$virtualenv" ] || echo "no virtualenv (VIRTUALENV=PROGRAM, or PyPI): not compared"
export UV_CACHE_DIR=$work/uv-cache VIRTUALENV_OVERRIDE_APP_DATA=$work/app-data

# How each makes the environment DIR. The limits have the very files that ours has.
make_limit() { "$work/tree_limit" make "$work/plan-$kind" "$1"; }
make_pyvern() {
	case $kind in
	plain) "$pyvern" venv -q --without-pip -p 3.13.5 "$1" ;;
	pip) "$pyvern" venv -q -p 3.13.5 "$1" ;;
	esac
}
make_uv() {
	case $kind in
	plain) "$uv" venv -q -p "$python" "$1" ;;
	pip) "$uv" venv -q --seed -p "$python" "$1" ;;
	esac
}
make_virtualenv() {
	case $kind in
	plain) "$virtualenv" -q --no-seed -p "$python" "$1" ;;
	pip) "$virtualenv" -q -p "$python" "$1" ;;
	esac
}
make_venv() {
	case $kind in
	plain) "$python" -m venv --without-pip "$1" ;;
	pip) "$python" -m venv "$1" ;;
	esac
}

# Microseconds of one environment by MAKER. It goes with the table's others: file systems have
# their own work with names and inodes that were in use a moment ago.
count=0
timed() { # MAKER
	local dir start end
	count=$((count + 1))
	dir=$work/new/env-$count
	start=${EPOCHREALTIME/./}
	"make_$1" "$dir" >"$work/out" 2>&1 || {
		echo "$1 failed:"
		cat "$work/out"
		exit 1
	}
	end=${EPOCHREALTIME/./}
	[ -e "$dir/pyvenv.cfg" ] || {
		echo "$1 made nothing"
		exit 1
	}
	echo $((end - start)) >>"$work/us-$kind-$1"
}

# Between two tables.
clear_away() {
	rm -rf "${work:?}/new" "$HOME/.local"
	mkdir "$work/new"
	"$pyvern" rehash >/dev/null 2>&1
	sync
	sleep 6
}

# A line with the median and the least, each beside the reference's: what else the machine
# does is in the first one, and hardly in the other.
row() { # NAME FILE REFERENCE
	awk -v name="$1" '{ v[FILENAME, ++n[FILENAME]] = $1 }
		END {
			for (i = 1; i < 3; i++) {
				median[i] = v[ARGV[i], int((n[ARGV[i]] + 1) / 2)] / 1000
				least[i] = v[ARGV[i], 1] / 1000
			}
			printf "  %-40s %9.2f  x%-7.2f %9.2f  x%.2f\n", name, median[1],
				median[1] / median[2], least[1], least[1] / least[2]
		}' <(sort -n "$2") <(sort -n "$3")
}
header() { printf '%s\n%52s %18s\n' "$1" median least; }

# compare TITLE MAKER...: in turn, so that what else the machine does hits all alike; the
# first one is the reference. `python -m venv` with pip takes seconds: a tenth of the rounds.
compare() {
	local title=$1 maker i
	shift
	for maker; do timed "$maker" && rm "$work/us-$kind-$maker"; done
	for ((i = 0; i < rounds; i++)); do
		for maker; do
			[ "$maker-$kind" != venv-pip ] || ((i % 10 == 0)) || continue
			timed "$maker"
		done
	done
	header "$title   ($rounds rounds; ms)"
	for maker; do
		row "${names[$maker]}" "$work/us-$kind-$maker" "$work/us-$kind-$1"
	done
	clear_away
}

declare -A names=([pyvern]="pyvern venv" [uv]="uv venv, warm" [virtualenv]="virtualenv, warm"
	[venv]="python -m venv")
makers=(limit pyvern ${uv:+uv} ${virtualenv:+virtualenv} venv)
for kind in plain pip; do
	make_pyvern "$work/model-$kind"
	"$work/tree_limit" plan "$work/model-$kind" "$work/plan-$kind"
done
kind=plain
names[limit]="C: the same files, written"
compare "environment without pip, $(find "$work/model-plain" | wc -l) files" "${makers[@]}"
kind=pip
names[limit]="C: the same files, linked or written"
compare "environment with pip, $(find "$work/model-pip" | wc -l) files" "${makers[@]}"

# The .pyc are compiled already: the first start is like any later one.
first_start() {
	local i dir start middle end
	for ((i = 0; i < rounds / 3 + 1; i++)); do
		dir=$work/new/env-$i
		make_pyvern "$dir"
		start=${EPOCHREALTIME/./}
		"$dir/bin/pip" --version >/dev/null
		middle=${EPOCHREALTIME/./}
		"$dir/bin/pip" --version >/dev/null
		end=${EPOCHREALTIME/./}
		echo $((middle - start)) >>"$work/us-first"
		echo $((end - middle)) >>"$work/us-later"
	done
	header "pip --version in a new environment   ($((rounds / 3 + 1)) rounds; ms)"
	row "a later one" "$work/us-later" "$work/us-later"
	row "the first one" "$work/us-first" "$work/us-later"
}
first_start

# The same interpreter, one that does nothing, behind a pin and in a project's .venv.
mkdir -p "$work/pinned/a/b/c" "$work/shop/a/b/c"
cp "$work/nothing" "$work/root/versions/3.13.5/bin/nothing"
echo 3.13.5 >"$work/pinned/.python-version"
"$pyvern" venv -q -p 3.13.5 --without-pip "$work/shop/.venv"
cp "$work/nothing" "$work/shop/.venv/bin/nothing"
"$pyvern" rehash >/dev/null 2>&1
rows() { # TITLE DIR
	cd "$work/$2/a/b/c"
	"$work/rounds" "$((rounds * 10))" "$1" "the program itself" "$work/nothing" \; \
		"pyvern shim" "$work/root/shims/nothing"
	cd "$work"
}
rows "shim, pinned 3 folders up" pinned
rows "shim, in a .venv 3 folders up" shop
