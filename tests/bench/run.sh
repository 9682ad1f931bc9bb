#!/bin/sh
# SPDX-License-Identifier: MIT
# make bench: ratios against peers and limits measured in the same run.
#
# usage: run.sh STAGE SOURCE   (an installed tree, the source tree)
# LOOKUP: the program that looks up one request in a catalogue.
# ROUNDS: rounds of each table (default 200). PYENV: a pyenv program to compare
# with (default: the one on PATH, if any).
set -eu

stage=$1
source=$2
rounds=${ROUNDS:-200}
# Rounds of tables with programs that take a hundred times as long.
few=$((rounds / 20 + 1))
work=$(mktemp -d "${TMPDIR:-/tmp}/pyvern-bench.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM

unset PYENV_VERSION PYVERN_VERSION PYENV_DIR PYVERN_DIR VIRTUAL_ENV PYVERN_ROOT
cc=${CC:-cc}
bare="-static -nostdlib -ffreestanding -fno-stack-protector"
$cc -O2 -o "$work/rounds" "$source/tests/bench/rounds.c"
# shellcheck disable=SC2086 # words
{
	$cc -O2 $bare -o "$work/nothing" "$source/tests/bench/nothing.c"
	$cc -O2 $bare -o "$work/limit" "$source/tests/bench/limit.c"
	$cc -O2 $bare -DWITH_PIN -o "$work/limit-pin" "$source/tests/bench/limit.c"
}
$cc -O2 -static -DWITH_LIBC -DWITH_PIN -o "$work/limit-libc" "$source/tests/bench/limit.c"

# Versions, each with an interpreter that does nothing and 60 other commands.
make_root() { # DIR COUNT
	mkdir -p "$1/versions" "$1/shims"
	n=0
	while [ "$n" -lt "$2" ]; do
		bin=$1/versions/3.$((n / 10 + 5)).$((n % 10))/bin
		mkdir -p "$bin"
		ln "$work/nothing" "$bin/python"
		i=0
		while [ "$i" -lt 60 ]; do
			ln "$work/nothing" "$bin/command-$i"
			i=$((i + 1))
		done
		n=$((n + 1))
	done
	echo 3.5.1 >"$1/version"
}

make_root "$work/root" 9
make_root "$work/many" 100
deep=$work/project/a/b/c/d/e/f/g/h/i
mkdir -p "$deep"
echo 3.5.2 >"$work/project/.python-version"
cp -R "$work/root" "$work/pyenv-root"

export PYENV_ROOT="$work/root"
"$stage/bin/pyvern" rehash
PYENV_ROOT="$work/many" "$stage/bin/pyvern" rehash
python=$work/root/versions/3.5.2/bin/python
pyenv=${PYENV:-$(command -v pyenv || true)}

# Versions and pins are the same for all, 10 folders up; the last column compares
# with the least that any shim without a C library does.
cd "$deep"
"$work/rounds" "$rounds" "dispatch: python, pinned 10 folders up" \
	"the interpreter itself" "$python" \; \
	"execve alone, no C library" "$work/limit" "$python" \; \
	"*least shim (pin, execve), no C library" "$work/limit-pin" "$work/root" python \; \
	"pyvern shim" "$work/root/shims/python" \; \
	"pyvern shim, PYENV_VERSION" PYENV_VERSION=3.5.2 "$work/root/shims/python" \; \
	"least shim (pin, execve), static C library" "$work/limit-libc" "$work/root" python \; \
	"true" true
if [ -n "$pyenv" ]; then
	PYENV_ROOT=$work/pyenv-root "$pyenv" rehash
	"$work/rounds" "$few" "dispatch beside pyenv" \
		"the interpreter itself" "$python" \; \
		"*pyvern shim" "$work/root/shims/python" \; \
		"pyenv shim" PYENV_ROOT="$work/pyenv-root" "$work/pyenv-root/shims/python"
else
	echo "no pyenv on this machine (PYENV=PROGRAM): not compared"
fi

commands() { # ROOT TITLE
	PYENV_ROOT=$1
	# A rehash trusts what it saw when it is some seconds older than the change.
	sleep 3
	"$stage/bin/pyvern" rehash
	"$work/rounds" "$rounds" "$2" \
		"true" true \; \
		"pyvern --version" "$stage/bin/pyvern" --version \; \
		"pyvern version" "$stage/bin/pyvern" version \; \
		"pyvern which python" "$stage/bin/pyvern" which python \; \
		"pyvern versions" "$stage/bin/pyvern" versions \; \
		"pyvern rehash, nothing new" "$stage/bin/pyvern" rehash
}
commands "$work/root" "commands, 9 versions x 61 commands"
commands "$work/many" "commands, 100 versions x 61 commands"
if [ -n "$pyenv" ]; then
	PYENV_ROOT=$work/pyenv-root
	"$work/rounds" "$few" "commands beside pyenv, 9 versions x 61 commands" \
		"true" true \; \
		"pyvern version" PYENV_ROOT="$work/root" "$stage/bin/pyvern" version \; \
		"pyenv version" "$pyenv" version \; \
		"pyvern versions" PYENV_ROOT="$work/root" "$stage/bin/pyvern" versions \; \
		"pyenv versions" "$pyenv" versions \; \
		"pyvern rehash" PYENV_ROOT="$work/root" "$stage/bin/pyvern" rehash \; \
		"pyenv rehash" "$pyenv" rehash
fi

# A catalogue of 6,000 lines, as long as the lists of standalone builds make them.
make_catalog() { # FILE
	awk 'BEGIN {
		print "# pyvern catalogue 1"
		digest = "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
		url = "https://releases.example.org/python-builds/releases/download"
		for (minor = 0; minor < 30; minor++)
			for (patch = 0; patch < 50; patch++) {
				v = "3." minor "." patch
				printf "cpython\t%s\t\tsource\t\t\t\t\t\t%s/Python-%s.tgz\t%s\t22000000\n",
					v, url, v, digest
				for (level = 2; level < 5; level++)
					printf "cpython\t%s\t\tstandalone\tlinux\tx86_64\tgnu\tv%d\t20260821\t%s/" \
						"20260821/cpython-%s+20260821-x86_64_v%d-unknown-linux-gnu-" \
						"install_only_stripped.tar.gz\t%s\t28400000\n",
						v, level, url, v, level, digest
			}
	}' >"$1"
}

if [ -n "${LOOKUP:-}" ]; then
	mkdir -p "$work/share/catalog"
	file=$work/share/catalog/big.tsv
	make_catalog "$file"
	mkdir -p "$work/small/catalog"
	sed -n 1,2p "$file" >"$work/small/catalog/small.tsv"
	"$work/rounds" "$rounds" "looking up in a catalogue of $(($(wc -l <"$file") - 1)) lines" \
		"a process that does nothing" "$work/nothing" \; \
		"*grep, one version" grep -E "^cpython.3[.]13[.]7.*source" "$file" \; \
		"grep -c, all sources" grep -cE "^cpython.3[.][0-9.]+.*source" "$file" \; \
		"(the look-up program, one line)" "$LOOKUP" "$work/small" 3.13 \; \
		"look-up of 3.13" "$LOOKUP" "$work/share" 3.13 \; \
		"look-up of latest" "$LOOKUP" "$work/share" latest \; \
		"look-up of 3.31, nearest names" "$LOOKUP" "$work/share" 3.31
fi
